import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createKeyring, decrypt, getValue, parse } from 'sops-codec';
import { problems, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import { writeFiles } from '../../testing/workspace.test-kit';

const workspace = useAwsWorkspace();
const root = 'services/user-service';
const file = `${root}/secrets/dev.enc.yaml`;

const valueAt = async (path: readonly string[], at = file) => {
  const opened = await decrypt(
    parse(readFileSync(join(workspace.directory(), at)), at.endsWith('env') ? 'dotenv' : 'yaml'),
    createKeyring(),
  );
  return getValue(opened.documents, path);
};

workspace.prepare(() => workspace.init({ directory: root, stages: 'dev' }));

test('sets, replaces and removes; other values keep their ciphertext', async () => {
  await workspace.set(root, 'dev', 'A', 'one');
  await workspace.set(root, 'dev', 'B', 'two');
  const lineOfA = (text: string) => text.split('\n').find((line) => line.startsWith('A:'));
  const before = lineOfA(workspace.read(file));
  await workspace.set(root, 'dev', 'B', 'three');
  expect(before).toMatch(/^A: ENC\[AES256_GCM,/);
  expect(lineOfA(workspace.read(file))).toBe(before);
  expect(await valueAt(['B'])).toEqual({ kind: 'str', text: 'three' });
  await workspace.unset(root, 'dev', 'A');
  expect(await valueAt(['A'])).toBeUndefined();
});

test('the same value again, and removing what is not there, leave the file as it is', async () => {
  await workspace.set(root, 'dev', 'A', 'one');
  const before = workspace.read(file);
  await workspace.set(root, 'dev', 'A', 'one');
  await workspace.unset(root, 'dev', 'B');
  expect(workspace.read(file)).toBe(before);
});

test.each([
  ['nested', 'db.password', ['db', 'password']],
  ['with a dot in a name', 'hosts.example\\.org', ['hosts', 'example.org']],
  ['__proto__', '__proto__', ['__proto__']],
])('a key %s', async (_, key, path) => {
  await workspace.set(root, 'dev', key, 'v');
  expect(await valueAt(path)).toEqual({ kind: 'str', text: 'v' });
});

test('what cannot be set is refused before the value is asked for', async () => {
  await workspace.set(root, 'dev', 'database.password', 'v');
  const before = workspace.read(file);
  const attempt = (key: string) =>
    workspace.setWith({ directory: root, stage: 'dev', key, fromFile: 'none' });
  await expect(attempt('database')).rejects.toThrow('database is a mapping with other keys');
  await expect(attempt('["database"][0]')).rejects.toThrow('database already exists as a mapping');
  await expect(attempt('.database')).rejects.toThrow('path of jq');
  await expect(attempt('list[1]')).rejects.toThrow('would leave a gap');
  expect(workspace.read(file)).toBe(before);
});

test('without a service, the projects are named', async () => {
  await workspace.write({ [`${root}/project.json`]: '{"name": "@acme/user-api"}' });
  await expect(workspace.setWith({ directory: '', stage: 'dev', key: 'A=secret' })).rejects.toMatchObject({
    problem: {
      what: 'no service specified',
      fix: `Run it in the service's folder, or pass its project: --project="@acme/user-api".`,
    },
  });
});

test('--project takes what nx run takes', async () => {
  await workspace.write({ [`${root}/project.json`]: '{"name": "@acme/user-api", "tags": ["team:a"]}' });
  for (const project of ['@acme/user-api', 'user-api', root, 'tag:team:a', '*/user-api'])
    await workspace.setWith({ project, stage: 'dev', key: 'A', empty: true });
  await expect(workspace.setWith({ project: 'user-apy', stage: 'dev', key: 'A' })).rejects.toThrow(
    'Did you mean "user-api"?',
  );
});

test('what no sync could push is refused, and the file stays as it is', async () => {
  const before = workspace.read(file);
  await expect(workspace.set(root, 'dev', 'A', 'x'.repeat(70_000))).rejects.toThrow('allows 65536');
  expect(workspace.read(file)).toBe(before);
});

test('a stage without a file: what is advised is what there is', async () => {
  const attempt = (stage: string) => workspace.set(root, stage, 'A', 'v');
  await workspace.init({ directory: '', stages: 'prod' });
  await expect(attempt('prod')).rejects.toMatchObject({
    problem: { fix: `Create it first:\nnpx nx g nx-secrets:init --stages=prod --project=${root}` },
  });
  await expect(attempt('staging')).rejects.toMatchObject({
    problem: { fix: expect.stringMatching(/^Valid: dev, prod\. To add it to the service/) },
  });
});

test('values are taken exactly as they are', async () => {
  for (const value of [
    '-----BEGIN KEY-----\nx\n-----END KEY-----\n',
    'ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]',
    ' 0777 ',
    'ü🔑',
    '${HOME} $(id)',
  ]) {
    await workspace.set(root, 'dev', 'A', value);
    expect(await valueAt(['A'])).toEqual({ kind: 'str', text: value });
  }
});

test('changes at once lose none', async () => {
  const keys = Array.from({ length: 8 }, (_, index) => `KEY_${index}`);
  await Promise.all(keys.map((key) => workspace.set(root, 'dev', key, `value of ${key}`)));
  for (const key of keys) expect(await valueAt([key])).toEqual({ kind: 'str', text: `value of ${key}` });
  expect(readdirSync(join(workspace.directory(), root, 'secrets'))).toEqual(['dev.enc.yaml']);
});

test('dotenv files', async () => {
  await workspace.init({ directory: 'services/payment-service', stages: 'dev', format: 'env' });
  await workspace.set('services/payment-service', 'dev', 'DB.URL', 'v');
  expect(await valueAt(['DB.URL'], 'services/payment-service/secrets/dev.enc.env')).toEqual({
    kind: 'str',
    text: 'v',
  });
});

test('refuses a file of another service, a missing stage, a damaged file', async () => {
  await workspace.init({ directory: 'services/payment-service', stages: 'dev' });
  const foreign = workspace.read('services/payment-service/secrets/dev.enc.yaml');
  const own = workspace.read(file);
  await writeFiles(workspace.directory(), { [file]: foreign });
  await expect(workspace.set(root, 'dev', 'A', 'v')).rejects.toThrow(
    'the key of service payment-service, stage dev',
  );
  expect(workspace.read(file)).toBe(foreign);
  await expect(workspace.set(root, 'dve', 'A', 'v')).rejects.toThrow('Did you mean "dev"?');
  await writeFiles(workspace.directory(), {
    [file]: own.replace('mac: ENC[AES256_GCM,data:', 'mac: ENC[AES256_GCM,data:AAAA'),
  });
  await expect(workspace.set(root, 'dev', 'A', 'v')).rejects.toThrow(file);
});

test.each([
  ['Latin-1', [0x70, 0xe4, 0x73, 0x73]],
  ['UTF-16', [0xff, 0xfe, 0x70, 0x00]],
  ['half of a surrogate pair', [0x70, 0xed, 0xa0, 0x80]],
])('bytes that are not UTF-8 text are refused, and not shown: %s', async (_, bytes) => {
  const before = workspace.read(file);
  await workspace.write({ 'tmp/value': Uint8Array.from(bytes) });
  const fromFile = join(workspace.directory(), 'tmp/value');
  const refused = workspace.setWith({ directory: root, stage: 'dev', key: 'A', fromFile });
  await expect(refused).rejects.toThrow('the value for A is not UTF-8 text');
  await expect(refused).rejects.not.toThrow(/\ufffd|p\u00e4ss/);
  expect(workspace.read(file)).toBe(before);
});

test('an empty value is one that is asked for', async () => {
  await workspace.setWith({ directory: root, stage: 'dev', key: 'A', empty: true });
  expect(await valueAt(['A'])).toEqual({ kind: 'str', text: '' });
  await expect(
    workspace.setWith({ directory: root, stage: 'dev', key: 'A', empty: true, fromFile: 'x' }),
  ).rejects.toThrow('--empty, --from-file');
});

test('a file that is not there is named, with where it was looked for', async () => {
  const refused = workspace.setWith({ directory: root, stage: 'dev', key: 'A', fromFile: 'none' });
  await expect(refused).rejects.toThrow('--from-file=none');
  await expect(refused).rejects.toThrow(process.cwd());
});

test('a mapping is not replaced by a value, nor a value by a mapping', async () => {
  await workspace.set(root, 'dev', 'database.password', 'v');
  await expect(workspace.set(root, 'dev', 'database', 'w')).rejects.toThrow(
    'database is a mapping with other keys',
  );
  await expect(workspace.set(root, 'dev', 'database.password.x', 'w')).rejects.toThrow('database');
  expect(await valueAt(['database', 'password'])).toEqual({ kind: 'str', text: 'v' });
  await workspace.unset(root, 'dev', 'database');
  await workspace.set(root, 'dev', 'database', 'w');
  expect(await valueAt(['database'])).toEqual({ kind: 'str', text: 'w' });
});

test.each([
  ['unencrypted_suffix: _unencrypted', '', 'x_unencrypted'],
  ['unencrypted_suffix: _unencrypted', '', 'plain_unencrypted.x'],
  ['encrypted_regex: ^secret', 'encrypted_regex: ^secret', 'x'],
])('a value that the rule would leave unencrypted is refused: %s', async (rule, line, key) => {
  const at = 'services/payment-service';
  await workspace.init({ directory: at, stages: 'dev' });
  const config = workspace.read(`${at}/.sops.yaml`);
  await workspace.write({
    [`${at}/.sops.yaml`]: config.replace('    key_groups:', `    ${line}\n    key_groups:`),
  });
  rmSync(join(workspace.directory(), `${at}/secrets/dev.enc.yaml`));
  await workspace.init({ directory: at, stages: 'dev' });
  const before = workspace.read(`${at}/secrets/dev.enc.yaml`);
  const refused = workspace.set(at, 'dev', key, 'ENC[AES256_GCM,data:s3cret');
  await expect(refused).rejects.toThrow(`${key} would be left unencrypted: this file's rule is ${rule}`);
  await expect(refused).rejects.not.toThrow('s3cret');
  expect(workspace.read(`${at}/secrets/dev.enc.yaml`)).toBe(before);
});

test('both sides of a merge in a file: set, init, check and sync say so, and how no side is lost', async () => {
  await workspace.set(root, 'dev', 'A', 'one');
  await workspace.commit();
  await workspace.git('checkout', '-q', '-b', 'theirs');
  await workspace.set(root, 'dev', 'B', 'theirs');
  await workspace.commit();
  await workspace.git('checkout', '-q', 'main');
  await workspace.set(root, 'dev', 'A', 'ours');
  await workspace.commit();
  await expect(workspace.git('merge', 'theirs')).rejects.toThrow('CONFLICT');
  const merged = workspace.read(file);
  const conflict = { problem: { what: expect.stringContaining('merge conflict'), where: file } };
  await expect(workspace.set(root, 'dev', 'C', 'v')).rejects.toMatchObject(conflict);
  await expect(workspace.init({ directory: root, stages: 'dev' })).rejects.toMatchObject(conflict);
  expect(problems(await workspace.sync([root]))).toMatchObject([conflict.problem]);
  expect(workspace.read(file)).toBe(merged);

  const { stdout: theirs } = await workspace.git('show', `:3:./${file}`);
  const { stdout: difference } = await workspace.git('diff', `:1:./${file}`, `:3:./${file}`);
  expect(theirs).toContain('B: ENC[');
  expect(difference).toContain('+B: ENC[');
  await workspace.git('checkout', '--ours', '--', file);
  await workspace.set(root, 'dev', 'B', 'theirs');
  expect(await valueAt(['A'])).toEqual({ kind: 'str', text: 'ours' });
});
