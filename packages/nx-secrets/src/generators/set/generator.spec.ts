import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKeyring, decrypt, getValue, parse } from 'sops-codec';
import { useAwsWorkspace } from '../../workspace/aws-workspace.test-kit';
import { writeFiles } from '../../workspace/workspace.test-kit';

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

beforeEach(() => workspace.init({ directory: root, stages: 'dev' }));

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
