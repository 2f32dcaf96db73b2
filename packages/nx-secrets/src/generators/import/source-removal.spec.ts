import { existsSync, linkSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { logger } from '@nx/devkit';
import { execa } from 'execa';
import { outcomes, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import importValues from './generator';
import type { ImportOptions } from './generator-options';

const workspace = useAwsWorkspace();
const root = 'services/users';
const file = `${root}/secrets/dev.enc.yaml`;
const list = `${root}/secrets/dev.to-set.txt`;

const path = (name: string) => join(workspace.directory(), name);
/** Imports a file, and gives what is printed. */
const run = async (name: string, options: ImportOptions = {}) => {
  jest.mocked(logger.info).mockClear();
  await workspace.generate((tree) =>
    importValues(tree, { directory: root, stage: 'dev', file: path(name), ...options }),
  );
  return jest.mocked(logger.info).mock.calls.flat().join('\n');
};

test('the secret file itself is not removed, by whatever path it is read', async () => {
  await workspace.write({ '.env': 'A=one\n' });
  await run('.env');
  symlinkSync('services', path('alias'));
  const text = await run('alias/users/secrets/dev.enc.yaml', { removeSource: true });
  expect(text).not.toContain('removed');
  expect(existsSync(path(file))).toBe(true);
});

test('a source with a second name, and one whose secret file Git ignores, stay', async () => {
  await workspace.write({ '.env': 'A=one\n' });
  linkSync(path('.env'), path('other.env'));
  expect(await run('.env', { removeSource: true })).toMatch(/still there: the same file has another name/);
  rmSync(path('other.env'));
  await workspace.write({ '.gitignore': 'dev.enc.yaml\n' });
  expect(await run('.env', { removeSource: true })).toMatch(
    /still there: Git ignores services\/users\/secrets/,
  );
  expect(existsSync(path('.env'))).toBe(true);
});

test('Git remembers a source that was renamed, or copied outside Git; a shallow clone knows a part', async () => {
  await workspace.write({ 'old.env': 'A=one\nB=two\n' });
  await workspace.commit();
  await workspace.git('mv', 'old.env', 'new.env');
  await workspace.commit();
  expect(await run('new.env')).toMatch(/history has the values of \S+new\.env in plaintext: 2 commits have/);
  await workspace.write({ 'copy.env': 'A=one\nB=two\n' });
  expect(await run('copy.env')).toMatch(
    /history has the values of \S+copy\.env in plaintext under another name: old\.env, commit [0-9a-f]+ of /,
  );
  const { stdout: head } = await execa('git', ['rev-parse', 'HEAD'], { cwd: workspace.directory() });
  writeFileSync(path('.git/shallow'), `${head}\n`);
  expect(await run('new.env')).toMatch(
    /in plaintext: commit [^]*This clone is shallow: whether earlier commits have \S+new\.env is unknown/,
  );
});

test('without Git the source is imported, and nothing is claimed that Git alone knows', async () => {
  await workspace.write({ '.env': 'A=one\n' });
  rmSync(path('.git'), { recursive: true });
  expect(await run('.env', { removeSource: true })).toContain('removed');
  const text = await run(file, { directory: 'services/orders' });
  expect(text).toMatch(/Old key \S+: without a Git repository, which other files need it is unknown/);
});

test('a repository that Git refuses to read is not taken for one without the source', async () => {
  await workspace.write({ '.env': 'A=one\n', '.git/HEAD': 'nonsense' });
  expect(await run('.env')).toMatch(
    /Git cannot read this repository: whether its history has \S+\.env is unknown/,
  );
});

test('keys that a stage has yet to get leave its list with an import; the stage is pushed with the last', async () => {
  await workspace.init({ directory: root, stages: 'dev' });
  await workspace.write({
    [list]: '# mine\nA\nm.b\nC\n',
    'a.json': '{"A": "one", "m": {"b": 2}}',
    'c.env': 'C=x\n',
  });
  expect(await run('a.json')).toContain('still to be set: C');
  expect(workspace.read(list)).toBe('# mine\nC\n');
  expect(await run('a.json')).toContain('still to be set: C');
  expect(await run('c.env')).not.toContain('still to be set');
  expect(existsSync(path(list))).toBe(false);
  await workspace.commit();
  expect(outcomes(await workspace.sync([root]))).toEqual(['users dev created']);
  // A list that was left behind, by an earlier import or by hand, goes with a second run that changes nothing.
  const before = readFileSync(path(file));
  await workspace.write({ [list]: 'A\nC\n' });
  expect(await run('c.env')).toContain('unchanged');
  expect(existsSync(path(list))).toBe(false);
  expect(readFileSync(path(file))).toEqual(before);
});

test('a list with a value in it is refused before anything is written', async () => {
  await workspace.init({ directory: root, stages: 'dev' });
  const before = workspace.read(file);
  await workspace.write({ [list]: 'A=canary\n', '.env': 'A=one\n' });
  await expect(run('.env')).rejects.toThrow(/line 1 is not the name of a key/);
  expect(workspace.read(file)).toBe(before);
});
