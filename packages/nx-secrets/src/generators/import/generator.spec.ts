import { existsSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { logger } from '@nx/devkit';
import { FsTree } from 'nx/src/generators/tree';
import { outcomes, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import importValues from './generator';
import type { ImportOptions } from './generator-options';

const workspace = useAwsWorkspace();
const root = 'services/users';
const file = `${root}/secrets/dev.enc.yaml`;
const argv = [...process.argv];

afterEach(() => {
  process.argv = argv;
});

const path = (name: string) => join(workspace.directory(), name);
const run = (options: ImportOptions) =>
  workspace.generate((tree) => importValues(tree, { directory: root, stage: 'dev', ...options }));
/** What was printed since the last time. */
const printed = () => {
  const text = jest.mocked(logger.info).mock.calls.flat().join('\n');
  jest.mocked(logger.info).mockClear();
  return text;
};
const deployed = async (): Promise<unknown> => {
  await workspace.commit();
  await workspace.sync([root]);
  return JSON.parse((await workspace.valueOf('/services/users/dev')) ?? '');
};

test('a .env file becomes the secret file of a new service; a second run changes nothing', async () => {
  writeFileSync(path('.env.dev'), 'A=one\nexport B="two\\nlines"\n');
  await run({ file: path('.env.dev') });
  expect(printed()).toMatch(/added\s+A\n\s+added\s+B\n\s+normalised B: "export" removed, quotes removed/);
  const before = readFileSync(path(file));
  expect(before.toString()).not.toMatch(/one|two/);
  expect(await deployed()).toEqual({ A: 'one', B: 'two\nlines' });
  printed();
  await run({ file: path('.env.dev') });
  expect(printed()).toContain(`unchanged ${file}`);
  expect(readFileSync(path(file))).toEqual(before);
  expect(outcomes(await workspace.sync([root]))).toEqual(['users dev unchanged']);
});

test('a key with another value stays, unless --overwrite names it; what does not change keeps its ciphertext', async () => {
  writeFileSync(path('a.json'), '{"A": "one", "db": {"user": "u", "password": "p"}}');
  await run({ file: path('a.json') });
  const line = (text: string, key: string) =>
    text.split('\n').find((one) => one.trim().startsWith(`${key}:`));
  const before = workspace.read(file);
  writeFileSync(path('a.json'), '{"A": "two", "db": {"user": "u", "password": "q"}, "C": 3}');
  printed();
  await run({ file: path('a.json'), overwrite: 'db.password' });
  expect(printed()).toMatch(/added\s+C\n\s+replaced\s+db\.password\n\s+unchanged\s+db\.user\n\s+kept\s+A/);
  const after = workspace.read(file);
  expect(line(after, 'A')).toBe(line(before, 'A'));
  expect(line(after, 'user')).toBe(line(before, 'user'));
  expect(await deployed()).toEqual({ A: 'one', db: { user: 'u', password: 'q' }, C: 3 });
  await expect(run({ file: path('a.json'), overwrite: 'db.pasword' })).rejects.toThrow(
    /has no key db\.pasword[^]*Did you mean "db\.password"/,
  );
});

test('--dry-run names keys, shows no values and writes nothing', async () => {
  writeFileSync(path('.env'), 'API_KEY=canary-value\n');
  process.argv = [...argv, '--dry-run'];
  const tree = new FsTree(workspace.directory(), false);
  await importValues(tree, { directory: root, stage: 'dev', file: path('.env') });
  const text = printed();
  expect(text).toContain('would import');
  expect(text).toContain('API_KEY');
  expect(text).not.toContain('canary');
  expect(workspace.aws().calls()).toEqual({});
});

test('Git remembers a plaintext source: the commits are named, and it is removed as asked', async () => {
  await workspace.write({ '.env': 'A=one\n' });
  await workspace.commit();
  await workspace.write({ '.env': 'A=two\n' });
  await workspace.commit();
  await run({ file: path('.env') });
  const kept = printed();
  expect(kept).toMatch(
    /Git's history has the values of \S+\.env in plaintext: 2 commits have, from [0-9a-f]+ of /,
  );
  expect(kept).toContain('is still there');
  await run({ file: path('.env'), removeSource: true });
  expect(printed()).toContain(`removed ${path('.env')}`);
  expect(existsSync(path('.env'))).toBe(false);
  await workspace.write({ 'never.env': 'A = two\n' });
  await run({ file: path('never.env') });
  expect(printed()).not.toContain('Git');
});

test('a link is not removed: what it points to would keep the values', async () => {
  await workspace.write({ 'real.env': 'A=one\n' });
  symlinkSync('real.env', path('.env'));
  await run({ file: path('.env'), removeSource: true });
  expect(printed()).toMatch(/\.env is still there: it is a link/);
  expect(existsSync(path('.env'))).toBe(true);
});

test('names of keys in the next command are words of the shell', async () => {
  writeFileSync(path('a.json'), '{"$(touch x)": "one"}');
  await run({ file: path('a.json') });
  writeFileSync(path('a.json'), '{"$(touch x)": "two"}');
  printed();
  await run({ file: path('a.json') });
  expect(printed()).toContain("run it again with '--overwrite=$(touch x)'");
});

test('a secret file that somebody makes meanwhile is not taken for the import: the source stays', async () => {
  writeFileSync(path('.env'), 'A=one\n');
  const late = workspace.generate(async (tree) => {
    const finish = await importValues(tree, {
      directory: root,
      stage: 'dev',
      file: path('.env'),
      removeSource: true,
    });
    await run({ file: await other() });
    return finish;
  });
  await expect(late).rejects.toMatchObject({ problem: { code: 'changedMeanwhile' } });
  expect(existsSync(path('.env'))).toBe(true);
  expect(await deployed()).toEqual({ B: 'two' });

  async function other(): Promise<string> {
    await workspace.write({ 'other.env': 'B=two\n' });
    return path('other.env');
  }
});

test('a source is not removed while something of it would be lost', async () => {
  await workspace.write({ 'a.env': 'A=one\n', 'b.env': 'A=two\nB=x\n', 'c.env': 'C=x\nno assignment\n' });
  await run({ file: path('a.env') });
  await run({ file: path('b.env'), removeSource: true });
  expect(printed()).toContain('b.env is still there: its value of A is not in the secret file');
  await run({ file: path('c.env'), removeSource: true });
  expect(printed()).toContain('c.env is still there: parts of it were left out');
  await run({ file: path('b.env'), removeSource: true, overwrite: ['A'] });
  expect(existsSync(path('b.env'))).toBe(false);
});

test('the environment by prefix', async () => {
  process.env['USER_SERVICE_A'] = 'one';
  process.env['USER_SERVICE_'] = 'no name';
  await run({ from: 'env', prefix: 'USER_SERVICE_' });
  expect(await deployed()).toEqual({ A: 'one' });
  await expect(run({ from: 'env' })).rejects.toThrow(/no prefix specified/);
  await expect(run({ from: 'env', prefix: 'NONE_' })).rejects.toThrow(
    /no variable of the environment begins with NONE_/,
  );
});

test.each<[string, () => void, RegExp]>([
  [
    'a link out of the workspace',
    () => symlinkSync('/etc/hostname', path('x.env')),
    /link that leads out of the workspace/,
  ],
  ['a folder', () => symlinkSync('.', path('x.env')), /not a file/],
  ['nothing', () => undefined, /does not exist/],
  [
    '100 MB',
    () => {
      writeFileSync(path('x.env'), 'A=canary');
      truncateSync(path('x.env'), 100 * 1024 * 1024);
    },
    /more than 4194304 bytes/,
  ],
  ['NUL', () => writeFileSync(path('x.env'), 'A=canary\0\n'), /not UTF-8 text/],
  ['UTF-16', () => writeFileSync(path('x.env'), Buffer.from('A=canary', 'utf16le')), /not UTF-8 text/],
  ['invalid UTF-8', () => writeFileSync(path('x.env'), Buffer.from([65, 61, 255, 254])), /not UTF-8 text/],
  ['more than a secret holds', () => writeFileSync(path('x.env'), `A=canary${'x'.repeat(70_000)}`), /65536/],
])('refused before anything is made: %s', async (_, make, message) => {
  make();
  const error: unknown = await run({ file: path('x.env') }).catch((thrown: unknown) => thrown);
  expect(String(error)).toMatch(message);
  expect(String(error)).not.toContain('canary');
  expect(existsSync(path(`${root}/.sops.yaml`))).toBe(false);
});

test('a device that never ends is not read', async () => {
  await expect(run({ file: '/dev/zero' })).rejects.toThrow(/not a file but a device/);
});

test('names that SOPS reserves are refused, and what a terminal would obey is shown as text', async () => {
  writeFileSync(path('x.json'), '{"sops": "canary"}');
  await expect(run({ file: path('x.json') })).rejects.toThrow(/sops/);
  writeFileSync(path('x.json'), JSON.stringify({ 'A\u202eB': 'x', '::error::B': 'y' }));
  await run({ file: path('x.json') });
  const text = printed();
  expect(text).toContain('A\\u{202e}B');
  for (const name of ['A\u001b[31m', 'A\nB', '\u0000', '']) {
    writeFileSync(path('x.json'), JSON.stringify({ m: { [name]: 'canary' } }));
    const error: unknown = await run({ file: path('x.json') }).catch((thrown: unknown) => thrown);
    expect(String(error)).toMatch(/an empty name, or a control character/);
    for (const text of ['\u001b', 'canary']) expect(String(error)).not.toContain(text);
  }
});

test('the stage is the only one that the service has; opt-in stages are others’', async () => {
  const options = {
    stages: { dev: {}, prod: {}, qa: { optIn: true } },
    services: { [root]: { stages: ['dev'] } },
  };
  await workspace.write({ 'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options }] }) });
  writeFileSync(path('.env'), 'A=one\n');
  await workspace.generate((tree) => importValues(tree, { directory: root, file: path('.env') }));
  expect(printed()).toContain(`into ${file}`);
});

test('no service, no stage, no source: each with the command to run', async () => {
  writeFileSync(path('.env'), 'A=one\n');
  await expect(run({ file: path('.env'), directory: '' })).rejects.toThrow(/no service specified/);
  const withoutStage = workspace.generate((tree) =>
    importValues(tree, { directory: root, file: path('.env') }),
  );
  await expect(withoutStage).rejects.toThrow(/no stage specified[^]*import \S+\.env --stage=prod/);
  await expect(run({})).rejects.toThrow(/no source specified/);
  await expect(run({ file: path('nx.json'), from: 'sops' })).rejects.toThrow(/not a SOPS file/);
});
