import { readFileSync, writeFileSync } from 'node:fs';
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
