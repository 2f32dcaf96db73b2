import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { FsTree } from 'nx/src/generators/tree';
import { runChecks } from '../checks/run-checks';
import policy from '../generators/policy/generator';
import { toProblem } from '../problem';
import { publish } from '../output/publish';
import { outcomes, problems, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { readPlugin } from '../config/plugin';
import { readServices } from '../config/services';

const workspace = useAwsWorkspace();
const root = 'services/pay-service';
const devFile = `${root}/secrets/dev.enc.yaml`;
let elsewhere: string;

beforeEach(async () => {
  elsewhere = await mkdtemp(join(tmpdir(), 'nx-secrets-elsewhere-'));
  const plugin = { plugin: 'nx-secrets', options: { stages: ['dev', 'prod'] } };
  await workspace.write({ 'nx.json': JSON.stringify({ plugins: [plugin] }) });
  await workspace.init({ directory: root, stages: 'dev' });
  await workspace.set(root, 'dev', 'KEY', 'first');
  await workspace.git('config', 'user.email', 'test@localhost');
  await workspace.git('config', 'user.name', 'Test');
  await rm(inWorkspace('tmp'), { recursive: true });
  await workspace.commit();
});
afterEach(() => rm(elsewhere, { recursive: true }));

const inWorkspace = (path: string) => join(workspace.directory(), path);
/** Moves a file or folder out of the workspace and puts a link in its place. */
async function moveOut(path: string) {
  const target = join(elsewhere, 'target');
  if (path === `${root}/new`) await mkdir(target);
  else {
    await cp(inWorkspace(path), target, { recursive: true });
    await rm(inWorkspace(path), { recursive: true });
  }
  await mkdir(dirname(inWorkspace(path)), { recursive: true });
  await symlink(target, inWorkspace(path));
}
/** Every file elsewhere, with its content. */
async function contentsElsewhere(): Promise<Record<string, string>> {
  const entries = await readdir(elsewhere, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')] as const)),
  );
}
const problemOf = (run: Promise<unknown>) =>
  run.then(
    () => undefined,
    (error: unknown) => toProblem(error),
  );
const check = async () => {
  const { options } = readPlugin(workspace.directory(), {});
  const services = await readServices(workspace.directory(), [root], options);
  const common = { workspaceRoot: workspace.directory(), options, stages: [], maxAge: undefined };
  return runChecks({ ...common, services, everyService: services, everyRoot: [root] });
};

const verbs = {
  init: () => workspace.init({ directory: root, stages: 'dev,prod' }),
  set: () => workspace.set(root, 'dev', 'OTHER', 'second'),
  'rotate --data-key': () => workspace.rotate({ directory: root, dataKey: true }),
  'rotate --key': () => workspace.rotate({ directory: root, key: true }),
  'rotate --revoke': () => workspace.rotate({ directory: root, revoke: true }),
  'policy --output': () =>
    policy(new FsTree(workspace.directory(), false), {
      directory: root,
      for: 'key',
      output: 'new/policy.json',
    }),
  '--json': async () => {
    const report = await workspace.sync([root], { dryRun: true });
    jest.spyOn(console, 'log').mockImplementation(() => undefined);
    await publish(report, {
      title: 'x',
      workspaceRoot: workspace.directory(),
      json: `${root}/new/report.json`,
    });
  },
};

test.each<[keyof typeof verbs, string]>([
  ['init', root],
  ['init', `${root}/.sops.yaml`],
  ['init', `${root}/secrets`],
  ['init', 'services'],
  ['init', 'nx.json'],
  ['set', root],
  ['set', `${root}/secrets`],
  ['set', devFile],
  ['rotate --data-key', root],
  ['rotate --data-key', `${root}/secrets`],
  ['rotate --data-key', devFile],
  ['rotate --key', `${root}/secrets`],
  ['rotate --key', devFile],
  ['rotate --revoke', devFile],
  ['policy --output', `${root}/new`],
  ['--json', `${root}/new`],
])('%s writes nothing outside of the workspace: %s is a link', async (verb, path) => {
  await moveOut(path);
  const before = await contentsElsewhere();
  const calls = workspace.aws().calls();
  const problem = await problemOf(verbs[verb]());
  expect(await contentsElsewhere()).toEqual(before);
  expect(problem).toBeDefined();
  // A rotation names the file, and has the reason in its report.
  if (!verb.startsWith('rotate')) {
    expect(problem?.what).toMatch(/a link leads out of the workspace|is a link/);
    expect(problem?.where).toBe(path);
  }
  // Nor was any key made before.
  for (const call of ['CreateKey', 'CreateAlias', 'UpdateAlias', 'ScheduleKeyDeletion'])
    expect(workspace.aws().calls()[`kms:${call}`]).toBe(calls[`kms:${call}`]);
});

test.each<[keyof typeof verbs, string]>([
  ['init', `${root}/secrets/prod.enc.yaml`],
  ['init', `${root}/secrets`],
  ['policy --output', `${root}/new`],
  ['policy --output', `${root}/new/policy.json`],
  ['--json', `${root}/new/report.json`],
])('%s makes nothing where a link leads to nothing: %s', async (verb, path) => {
  await rm(inWorkspace(path), { recursive: true, force: true });
  await mkdir(dirname(inWorkspace(path)), { recursive: true });
  await symlink(join(elsewhere, 'new'), inWorkspace(path));
  const problem = await problemOf(verbs[verb]());
  expect(problem?.what).toContain('a link leads to nothing');
  expect(problem?.where).toBe(path);
  expect(await readdir(elsewhere)).toEqual([]);
});

/** Runs the commands of a fix, as pasted at the root of the workspace. */
const paste = (commands: string) => execa('sh', ['-c', commands], { cwd: workspace.directory() });

describe('a secret file that Git has otherwise', () => {
  const said = async () => {
    const [synced, diffed, checked] = [
      await workspace.sync([root]),
      await workspace.diff([root]),
      await check(),
    ];
    const whats = [synced, diffed, checked].map((report) => problems(report).map(({ what }) => what));
    const [first, ...others] = whats.map((all) => all.find((what) => /link|repository|Git/.test(what)));
    for (const other of others) expect(other).toBe(first);
    return problems(synced)[0];
  };

  test('a link to another file: refused, and its fix is one', async () => {
    await rename(inWorkspace(devFile), inWorkspace(`${root}/real.yaml`));
    await symlink('../real.yaml', inWorkspace(devFile));
    await workspace.commit();
    const problem = await said();
    expect(problem?.what).toContain('the secret file is a link (to ../real.yaml)');
    await paste(problem?.fix.split('\n')[1] ?? '');
    await workspace.commit();
    expect(outcomes(await workspace.sync([root]))).toEqual(['pay-service dev created']);
  });

  test('its folder is a link: refused, and its fix is one', async () => {
    await rename(inWorkspace(`${root}/secrets`), inWorkspace(`${root}/real`));
    await symlink('real', inWorkspace(`${root}/secrets`));
    await workspace.commit();
    const problem = await said();
    expect(problem).toMatchObject({ where: `${root}/secrets` });
    await paste(problem?.fix.split('\n')[1] ?? '');
    await workspace.commit();
    expect(outcomes(await workspace.sync([root]))).toEqual(['pay-service dev created']);
  });

  test('a link that is checked out as a text', async () => {
    await rename(inWorkspace(devFile), inWorkspace(`${root}/real.yaml`));
    await symlink('../real.yaml', inWorkspace(devFile));
    await workspace.commit();
    await workspace.git('config', 'core.symlinks', 'false');
    await unlink(inWorkspace(devFile));
    await workspace.git('checkout', '--', devFile);
    expect((await said())?.what).toContain('a link in Git');
  });

  test('a repository of its own around it', async () => {
    await workspace.git('rm', '-rq', '--cached', root);
    await execa('git', ['init', '-q'], { cwd: inWorkspace(root) });
    expect((await said())?.what).toContain(`in another Git repository, ${root}`);
  });

  test('a submodule', async () => {
    await rename(inWorkspace(root), join(elsewhere, 'origin'));
    const git = (...args: readonly string[]) => execa('git', args, { cwd: join(elsewhere, 'origin') });
    await git('init', '-q');
    await git('add', '.');
    await git('-c', 'user.name=T', '-c', 'user.email=t@localhost', 'commit', '-qm', 'x');
    await workspace.git('rm', '-rq', '--cached', root);
    await workspace.git(
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'add',
      join(elsewhere, 'origin'),
      root,
    );
    expect((await said())?.what).toContain(`in another Git repository, ${root}`);
  });

  test('a filter that changes it on its way, and its fix is one', async () => {
    await workspace.git('config', 'filter.upper.clean', 'tr a-z A-Z');
    await workspace.git('config', 'filter.upper.smudge', 'tr A-Z a-z');
    await writeFile(inWorkspace('.gitattributes'), '*.enc.yaml filter=upper\n');
    const problem = await said();
    expect(problem?.what).toContain('.gitattributes sets filter=upper');
    await paste(problem?.fix.split('\n').slice(1).join('\n') ?? '');
    await workspace.commit();
    expect(outcomes(await workspace.sync([root]))).toEqual(['pay-service dev created']);
  });

  test('an attribute of a filter that nobody configured changes nothing', async () => {
    await writeFile(inWorkspace('.gitattributes'), '*.enc.yaml filter=nobody\n');
    expect(outcomes(await workspace.sync([root]))).toEqual(['pay-service dev created']);
  });

  test('a pointer of Git LFS in its place', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 1234\n`;
    await writeFile(inWorkspace(devFile), pointer);
    const problem = await said();
    expect(problem?.what).toContain('a Git LFS pointer');
    expect(problem?.fix).toContain(`git lfs pull --include=${devFile}`);
  });

  test('locked by git-crypt', async () => {
    await writeFile(inWorkspace(devFile), '\0GITCRYPT\0abc');
    expect((await said())?.what).toContain('the secret file is locked by git-crypt');
  });
});
