import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { readFileSync } from 'node:fs';
import { rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import { writeFiles } from '../../testing/workspace.test-kit';
import batch from './batch';
import single from './executor';
import type { CheckOptions } from './definition';

const workspace = useAwsWorkspace();
const user = 'services/user-service';
const payment = 'services/payment-service';
const devFile = `${user}/secrets/dev.enc.yaml`;
const prodFile = `${user}/secrets/prod.enc.yaml`;

const context = (projectName?: string) =>
  ({
    root: workspace.directory(),
    cwd: workspace.directory(),
    isVerbose: false,
    projectName,
    nxJsonConfiguration: JSON.parse(readFileSync(join(workspace.directory(), 'nx.json'), 'utf8')),
    projectsConfigurations: {
      version: 2,
      projects: {
        'user-service': { root: user },
        'payment-service': { root: payment },
        library: { root: `${user}/lib` },
      },
    },
    projectGraph: { nodes: {}, dependencies: {} },
  }) as ExecutorContext;

let printed: string[];
const check = async (options: CheckOptions = {}, project = 'user-service') => {
  printed.length = 0;
  const { success } = await single(options, context(project));
  return { success, text: printed.join('\n') };
};
const write = (path: string, content: string) => writeFiles(workspace.directory(), { [path]: content });

beforeEach(async () => {
  printed = [];
  jest.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
  jest.spyOn(console, 'error').mockImplementation((text: string) => void printed.push(text));
  for (const directory of [user, payment]) {
    await workspace.init({ directory, stages: 'dev,prod' });
    for (const stage of ['dev', 'prod'])
      await workspace.set(directory, stage, 'DATABASE_URL', 'postgres://u:p@h');
  }
  await rm(join(workspace.directory(), 'tmp'), { recursive: true });
});
afterEach(() => jest.restoreAllMocks());

test('what init and set made passes, before and after the first commit, without AWS', async () => {
  const calls = workspace.aws().calls();
  for (let run = 0; run < 2; run += 1) {
    const { success, text } = await check();
    expect(text).toMatch(
      /passed {2}user-service {2}prod {2}services\/user-service\/secrets\/prod\.enc\.yaml/,
    );
    expect(text).toContain('2 secret files: 2 passed');
    expect(success).toBe(true);
    if (run === 0) await workspace.commit();
  }
  expect(workspace.aws().calls()).toEqual(calls);
});

test('a file of another service, a plaintext value, and no encryption at all', async () => {
  await write(prodFile, workspace.read(`${payment}/secrets/prod.enc.yaml`));
  expect((await check()).text).toContain('the key of service payment-service, stage prod');
  await write(prodFile, workspace.read(devFile).replace(/^DATABASE_URL: .*$/m, 'DATABASE_URL: plain-value'));
  const { text } = await check();
  expect(text).toContain('DATABASE_URL is unencrypted in the encrypted file');
  expect(text).not.toContain('plain-value');
  await write(prodFile, 'DATABASE_URL: plain-value\n');
  expect((await check()).text).toContain('the file is not encrypted');
});

test('keys that stages lack, by name; only the stages asked for', async () => {
  await workspace.set(user, 'dev', 'smtp.password', 'x');
  const both = await check();
  expect(both.text).toContain('stage prod lacks a key that other stages have: smtp.password (dev)');
  expect(both.text).toContain('2 secret files: 1 passed, 1 failed; 1 finding in');
  expect(await check({ stage: 'dev' })).toMatchObject({ success: true });
  expect(await check({ stage: 'prod' })).toMatchObject({ success: false });
  expect((await check({ stage: 'prdo' })).text).toContain('Did you mean "prod"?');
});

test('plaintext next to it, where Git would add it', async () => {
  await write(`${user}/.env.local`, 'DATABASE_URL=postgres://u:hunter2@h\n');
  await write(`${user}/secrets/dev.yaml`, 'DATABASE_URL: hunter2\n');
  await write(`${user}/lib/.env`, 'DATABASE_URL=of-another-project\n');
  const { success, text } = await check();
  expect(success).toBe(false);
  expect(text).toContain(`where: ${user}/.env.local`);
  expect(text).toContain(`where: ${user}/secrets/dev.yaml`);
  expect(text).not.toContain('lib/.env');
  expect(text).not.toContain('hunter2');
  await write('.gitignore', '.env.local\ndev.yaml\n');
  expect(await check()).toMatchObject({ success: true });
});

test('plaintext under any name, in any folder, tracked although ignored, whatever its encoding', async () => {
  const text = '{"DATABASE_URL": "postgres://u:hunter2@h/d"}';
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('DATABASE_URL=hunter2', 'utf16le')]);
  await writeFiles(workspace.directory(), {
    '.gitignore': 'tracked.json\nignored.json\n',
    [`${user}/secrets.json`]: text,
    [`${user}/deep/er/notes`]: 'DATABASE_URL: hunter2\n',
    [`${user}/tracked.json`]: text,
    [`${user}/ignored.json`]: text,
    [`${user}/power.txt`]: utf16,
    [`${user}/lib/secrets.json`]: text,
    'outside.json': text,
  });
  await symlink('../../outside.json', join(workspace.directory(), user, 'link.json'));
  await workspace.git('add', '-f', `${user}/tracked.json`);
  const { success, text: said } = await check();
  expect(success).toBe(false);
  const places = ['deep/er/notes', 'power.txt', 'secrets.json', 'tracked.json'].map(
    (name) => `${user}/${name}`,
  );
  expect([...said.matchAll(/where: (.*)/g)].map(([, where]) => where).join('\n')).toBe(places.join('\n'));
  expect(said).not.toContain('hunter2');
});

test('variables that Nx would load for a task: of the service, and of the workspace', async () => {
  await writeFiles(workspace.directory(), {
    '.gitignore': '.env.local\n',
    '.env': 'AWS_PROFILE=evil\n',
    '.env.local': 'AWS_ENDPOINT_URL=http://ignored\n',
    '.sync-secrets.env': '\0AWS_REGION=eu-west-1\nNODE_OPTIONS=--require=./evil.js\n',
    [`${user}/.env.prod`]: 'AWS_ENDPOINT_URL=https://evil.com\n',
    [`${user}/lib/.env`]: 'AWS_PROFILE=evil\n',
    [`${user}/deep/.env`]: 'AWS_PROFILE=evil\n',
    'config/link': 'SOPS_AGE_KEY_CMD=evil\n',
  });
  await symlink('../../config/link', join(workspace.directory(), user, '.local.env'));
  const { success, text } = await check();
  expect(success).toBe(false);
  const said = [...text.matchAll(/what: +(\S+) decides.*\n *where: (.*)/g)].map(
    ([, name, where]) => `${where} ${name}`,
  );
  expect(said.sort().join('\n')).toBe(
    [
      '.env AWS_PROFILE',
      '.sync-secrets.env NODE_OPTIONS',
      `${user}/.env.prod AWS_ENDPOINT_URL`,
      `${user}/.local.env SOPS_AGE_KEY_CMD`,
    ].join('\n'),
  );
  expect(text).not.toContain('evil');
  expect((await check({}, 'payment-service')).text).toContain('where: .env\n');
});

test('checkExceptions in nx.json', async () => {
  await write(`${user}/docker-compose.yml`, 'x:\n  DATABASE_URL: postgres://u:hunter2@h/d\n');
  expect(await check()).toMatchObject({ success: false });
  const nxJson = JSON.parse(workspace.read('nx.json'));
  const options = { checkExceptions: { [`${user}/docker-compose.yml`]: ['x.DATABASE_URL'] } };
  await write('nx.json', JSON.stringify({ ...nxJson, plugins: [{ plugin: 'nx-secrets', options }] }));
  expect(await check()).toMatchObject({ success: true });
});

test('a rule that does not name the key, and a .sops.yaml that is none', async () => {
  const rules = workspace.read(`${user}/.sops.yaml`);
  await write(`${user}/.sops.yaml`, rules.replace('alias/user-service-prod', 'alias/somebody'));
  expect((await check()).text).toContain('does not name alias/user-service-prod');
  await write(`${user}/.sops.yaml`, 'creation_rules: [');
  expect((await check()).text).toContain(`${user}/.sops.yaml, line 1`);
});

test('two files of one stage', async () => {
  await write(`${user}/secrets/dev.enc.json`, workspace.read(devFile));
  expect((await check()).text).toContain('stage dev has 2 secret files');
});

test('outside a repository, too', async () => {
  await rm(join(workspace.directory(), '.git'), { recursive: true });
  await write(`${user}/.env`, 'DATABASE_URL=x1\n');
  expect((await check()).text).toContain(`where: ${user}/.env`);
});

describe('--max-age', () => {
  const day = 24 * 60 * 60 * 1000;
  /** Commits everything as of some days ago, and gives the commit. */
  const commitOf = async (daysAgo: number) => {
    const date = new Date(Date.now() - daysAgo * day).toISOString();
    await workspace.git('add', '.');
    const author = { GIT_AUTHOR_NAME: 'T', GIT_AUTHOR_EMAIL: 't@localhost', GIT_AUTHOR_DATE: date };
    const committer = {
      GIT_COMMITTER_NAME: 'T',
      GIT_COMMITTER_EMAIL: 't@localhost',
      GIT_COMMITTER_DATE: date,
    };
    await execa('git', ['-c', 'commit.gpgsign=false', 'commit', '-qm', 'change'], {
      cwd: workspace.directory(),
      env: { ...author, ...committer },
    });
    const { stdout } = await workspace.git('rev-parse', 'HEAD');
    return { commit: stdout.slice(0, 10), date: date.slice(0, 10) };
  };

  test('lists values by name, with date and commit; a new data key and a rename change no age', async () => {
    await workspace.set(user, 'prod', 'TOKEN', 'old');
    await workspace.set(user, 'dev', 'TOKEN', 'old');
    const first = await commitOf(200);
    await workspace.set(user, 'prod', 'TOKEN', 'new-token');
    const second = await commitOf(100);
    await workspace.rotate({ directory: user, dataKey: true });
    await commitOf(10);
    const { success, text } = await check({ maxAge: '90d', stage: 'prod' });
    expect(success).toBe(false);
    expect(text).toContain('2 values are older than 90d:');
    expect(text).toContain(`DATABASE_URL  ${first.date}  ${first.commit}`);
    expect(text).toContain(`TOKEN         ${second.date}  ${second.commit}`);
    expect((await check({ maxAge: '150d', stage: 'prod' })).text).not.toContain('TOKEN ');
    expect(await check({ maxAge: '201d' })).toMatchObject({ success: true });
    await workspace.git('mv', user, 'services/renamed');
    await commitOf(5);
    await workspace.git('mv', 'services/renamed', user);
    await commitOf(4);
    expect((await check({ maxAge: '150d', stage: 'prod' })).text).toContain(first.commit);
  });

  test('the age of every value: of pending ones, and of those that are not committed', async () => {
    const first = await commitOf(100);
    const refused = { error: 'AccessDeniedException', message: 'no' };
    workspace.aws().injectFault({ operation: 'kms:Decrypt', kind: refused, count: 1 });
    await workspace.set(user, 'prod', 'ADDED', 'value');
    const second = await commitOf(50);
    await workspace.rotate({ directory: user, stage: 'dev', dataKey: true });
    await commitOf(10);
    const { success, text } = await check({ maxAge: '0d', stage: 'prod' });
    expect(success).toBe(false);
    expect(text).toContain('the age of every value, oldest first:');
    expect(text).toContain(`DATABASE_URL  ${first.date}  ${first.commit}`);
    expect(text).toContain(`ADDED         ${second.date}  ${second.commit}  pending`);
    expect((await check({ maxAge: '49d', stage: 'prod' })).text).toContain('ADDED ');
    workspace.aws().injectFault({ operation: 'kms:Decrypt', kind: refused, count: 1 });
    await workspace.set(user, 'prod', 'LATER', 'value');
    expect((await check({ maxAge: '0d', stage: 'prod' })).text).toContain(
      'LATER         not committed  pending',
    );
  });

  test('a value that is not committed is new', async () => {
    await commitOf(100);
    expect(await check({ maxAge: '90d' })).toMatchObject({ success: false });
    for (const stage of ['dev', 'prod']) await workspace.set(user, stage, 'DATABASE_URL', 'another');
    expect(await check({ maxAge: '90d' })).toMatchObject({ success: true });
  });

  test('without history, in a shallow clone, and with what is not an age', async () => {
    expect((await check({ maxAge: '90d' })).text).toContain('there is no Git history here');
    expect((await check({ maxAge: '90' })).text).toContain('--max-age=90d, 12w, 6m or 1y');
    await commitOf(1);
    await write('x', 'x');
    await commitOf(0);
    await workspace.git('clone', '-q', '--depth=1', `file://${workspace.directory()}`, 'clone');
    await rm(join(workspace.directory(), '.git'), { recursive: true });
    await rename(join(workspace.directory(), 'clone/.git'), join(workspace.directory(), '.git'));
    expect((await check({ maxAge: '90d' })).text).toContain('fetch-depth: 0');
  });
});

test('a batch: every task once, a service that fails fails its own only', async () => {
  await write(devFile, 'not: encrypted\n');
  const tasks = { 'user-service:check-secrets': user, 'payment-service:check-secrets': payment };
  const graph = {
    tasks: Object.fromEntries(
      Object.entries(tasks).map(([id, projectRoot]) => [
        id,
        { id, projectRoot, target: { project: id, target: 'x' } },
      ]),
    ),
  } as unknown as TaskGraph;
  const results: [string, boolean][] = [];
  for await (const { task, result } of batch(graph, {}, {}, context())) results.push([task, result.success]);
  expect(results).toEqual([
    ['user-service:check-secrets', false],
    ['payment-service:check-secrets', true],
  ]);
});
