import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { logger } from '@nx/devkit';
import { FsTree } from 'nx/src/generators/tree';
import { resetWorkspaceContext } from 'nx/src/utils/workspace-context';
import { useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { ignoredFiles } from './ignored-files';
import { serviceRoots } from './project-location';
import { ProblemError, type Problem } from '../problem';

const workspace = useAwsWorkspace();
/** Folder, Nx project and service have names of their own. */
const root = 'services/users';
const file = `${root}/secrets/dev.enc.yaml`;

beforeEach(() =>
  workspace.write({
    [`${root}/project.json`]: '{"name": "user-api"}',
    'nx.json': JSON.stringify({
      plugins: [{ plugin: 'nx-secrets', options: { services: { [root]: 'accounts' } } }],
    }),
  }),
);

const init = () => workspace.init({ directory: root, stages: 'dev' });
const refusal = async (): Promise<Problem> => {
  const error = await init().catch((thrown: unknown) => thrown);
  if (error instanceof ProblemError) return error.problem;
  throw new Error('init did not refuse');
};
/** Puts the lines of a fix where it says. */
const paste = (fix: string) => {
  const [sentence = '', ...lines] = fix.split('\n');
  const at = join(workspace.directory(), / lines to (\S+):$/.exec(sentence)?.[1] ?? '');
  mkdirSync(dirname(at), { recursive: true });
  appendFileSync(at, `${lines.join('\n')}\n`);
};
const listed = async () => (await workspace.git('ls-files', '-o', '--exclude-standard')).stdout.split('\n');

test.each<[string, Record<string, string>, string]>([
  ['the folder', { '.gitignore': 'node_modules\nsecrets/\n' }, '.gitignore, line 2: secrets/'],
  ['the files', { '.gitignore': '*.enc.yaml\n' }, '.gitignore, line 1: *.enc.yaml'],
  ['.sops.yaml', { '.gitignore': '.*\n!.gitignore\n' }, '.gitignore, line 1: .*'],
  ['the service', { '.gitignore': '/services/*\n' }, '.gitignore, line 1: /services/*'],
  ['all services', { '.gitignore': 'services/\n' }, '.gitignore, line 1: services/'],
  [
    'the folder, in the service',
    { [`${root}/.gitignore`]: '/secrets\n' },
    `${root}/.gitignore, line 1: /secrets`,
  ],
  [
    'everything in the folder',
    { [`${root}/secrets/.gitignore`]: '*\n' },
    `${root}/secrets/.gitignore, line 1: *`,
  ],
])(
  'init says before it makes keys that Git ignores %s; the lines of the fix, pasted',
  async (_, files, where) => {
    await workspace.write({ ...files, 'services/other/index.js': '' });
    const before = await listed();
    const problem = await refusal();
    expect(problem).toMatchObject({ what: expect.stringMatching(/^Git ignores services\/users\//), where });
    expect(workspace.aws().calls()).toEqual({});
    paste(problem.fix);
    await init();
    const now = await listed();
    expect(now).toEqual(expect.arrayContaining([`${root}/.sops.yaml`, file]));
    // Nothing else is taken out of what was ignored.
    const added = now.filter((path) => !before.includes(path) && !/gitignore$|^nx\.json$/.test(path));
    expect(added).toEqual([`${root}/.sops.yaml`, file]);
  },
);

test('patterns of the user', async () => {
  await workspace.write({ 'home/ignore': 'secrets/\n', 'home/config': '' });
  const home = join(workspace.directory(), 'home');
  await workspace.write({ 'home/config': `[core]\n\texcludesFile = ${home}/ignore\n` });
  process.env['GIT_CONFIG_GLOBAL'] = `${home}/config`;
  const problem = await refusal();
  expect(problem.where).toBe(`${home}/ignore, line 1: secrets/`);
  paste(problem.fix);
  await init();
});

test('patterns of the clone', async () => {
  await workspace.write({ '.git/info/exclude': 'secrets\n' });
  const problem = await refusal();
  expect(problem.where).toBe('.git/info/exclude, line 1: secrets');
  paste(problem.fix);
  await init();
});

test('two files of patterns: one fix after the other', async () => {
  await workspace.write({ '.gitignore': '.sops.yaml\n', [`${root}/.gitignore`]: 'secrets\n' });
  paste((await refusal()).fix);
  const second = await refusal();
  expect(second.where).toBe(`${root}/.gitignore, line 1: secrets`);
  paste(second.fix);
  await init();
});

test('a workspace below the top of the repository', async () => {
  await workspace.write({ 'inner/x': '', '.gitignore': 'inner/services/*/.sops.yaml\n' });
  const inner = join(workspace.directory(), 'inner');
  const problem = await ignoredFiles(inner, root, ['secrets/dev.enc.yaml']);
  expect(problem).toMatchObject({
    where: '../.gitignore, line 1: inner/services/*/.sops.yaml',
    fix: expect.stringContaining(`lines to .gitignore:\n!/${root}/.sops.yaml`),
  });
});

test.each(['secrets/', 'services/users', '**/.sops.yaml'])('what .nxignore has: %s', async (pattern) => {
  await workspace.write({ '.nxignore': `docs\n${pattern}\n` });
  const problem = await refusal();
  expect(problem).toMatchObject({
    what: expect.stringContaining('Nx ignores services/users/'),
    where: `.nxignore, line 2: ${pattern}`,
  });
  paste(problem.fix);
  await init();
  resetWorkspaceContext();
  expect(await serviceRoots(new FsTree(workspace.directory(), false))).toEqual([root]);
});

test('a dry run says it, too; set warns, and sets', async () => {
  await init();
  await workspace.write({ '.gitignore': '*.enc.*\n' });
  await expect(workspace.initDryRun({ directory: root, stages: 'dev' })).rejects.toThrow('Git ignores');
  const warn = jest.spyOn(logger, 'warn').mockImplementation(() => undefined);
  await workspace.set(root, 'dev', 'A', 'v');
  expect(warn.mock.calls.flat().join('\n')).toMatch(
    /what: +Git ignores services\/users\/secrets\/dev\.enc\.yaml[^]*fix: /,
  );
  expect(workspace.read(file)).toContain('A: ENC[');
});

test('nothing is reported where nothing is ignored, or there is no repository', async () => {
  await workspace.write({ '.gitignore': 'secrets/*\n!secrets/*.enc.*\n', '.nxignore': 'docs\n' });
  expect(await ignoredFiles(workspace.directory(), root, ['secrets/dev.enc.yaml'])).toBeUndefined();
  expect(await ignoredFiles('/', root, ['secrets/dev.enc.yaml'])).toBeUndefined();
});
