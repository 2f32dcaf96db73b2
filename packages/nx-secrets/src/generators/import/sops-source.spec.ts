import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { logger } from '@nx/devkit';
import { createKeyring, encrypt, parse, readPlain, serialize, type Format, type Recipient } from 'sops-codec';
import { account, outcomes, region, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import importValues from './generator';
import type { ImportOptions } from './generator-options';

const workspace = useAwsWorkspace();
const root = 'services/users';
const path = (name: string) => join(workspace.directory(), name);
let oldKey: string;

/** A key as a team makes one by hand. */
async function makeKey(alias?: string): Promise<string> {
  const kms = new KMSClient({});
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  if (alias) await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyMetadata?.KeyId }));
  kms.destroy();
  return KeyMetadata?.Arn ?? '';
}
beforeEach(async () => {
  oldKey = await makeKey();
});

/** Writes a file as `sops --encrypt --kms <arn>` does. */
async function writeSops(name: string, text: string, format: Format, recipient?: Recipient): Promise<void> {
  const groups = [[recipient ?? { kind: 'kms' as const, arn: oldKey }]];
  await workspace.write({
    [name]: serialize(await encrypt(readPlain(text, format), { format, groups }, createKeyring())),
  });
}
const run = (options: ImportOptions) =>
  workspace.generate((tree) => importValues(tree, { directory: root, stage: 'dev', ...options }));
const printed = () => {
  const text = jest.mocked(logger.info).mock.calls.flat().join('\n');
  jest.mocked(logger.info).mockClear();
  return text;
};
const deployed = async () => {
  await workspace.commit();
  expect(outcomes(await workspace.sync([root]))).toEqual(['users dev created']);
  return workspace.valueOf('/services/users/dev');
};

test("secrets.enc.json of `sops --encrypt --kms`: under the service's own key with context; the old file is removed, the old key named", async () => {
  await writeSops(`${root}/secrets.enc.json`, '{"b": "one", "a": {"x": 2}}', 'json');
  await writeSops('services/orders/secrets.enc.json', '{"c": "two"}', 'json');
  await workspace.commit();
  await run({ file: path(`${root}/secrets.enc.json`), removeSource: true });
  const text = printed();
  expect(text).toContain(
    `removed ${path(`${root}/secrets.enc.json`)}: ${root}/secrets/dev.enc.json has its values`,
  );
  expect(text).toContain(`Old key ${oldKey}: keep it, this file names it: services/orders/secrets.enc.json.`);
  expect(existsSync(path(`${root}/secrets.enc.json`))).toBe(false);
  const { metadata } = parse(readFileSync(path(`${root}/secrets/dev.enc.json`)), 'json');
  expect(metadata.groups.flat()).toEqual([
    expect.objectContaining({
      arn: `arn:aws:kms:${region}:${account}:alias/users-dev`,
      context: { service: 'users', stage: 'dev' },
    }),
  ]);
  expect(await deployed()).toBe('{"b":"one","a":{"x":2}}');
});

test('comments and order of a YAML file stay; a second run changes nothing', async () => {
  const plain = '# about b\nb: one\na:\n    # about x\n    x: two\n';
  await writeSops('old.yaml', plain, 'yaml');
  await run({ file: path('old.yaml'), removeSource: false });
  const { decrypt, writePlain } = await import('sops-codec');
  const file = readFileSync(path(`${root}/secrets/dev.enc.yaml`));
  const opened = await decrypt(parse(file, 'yaml'), createKeyring());
  expect(Buffer.from(writePlain(opened.documents, 'yaml')).toString()).toBe(plain);
  printed();
  await run({ file: path('old.yaml'), removeSource: false });
  expect(printed()).toContain('unchanged services/users/secrets/dev.enc.yaml');
  expect(readFileSync(path(`${root}/secrets/dev.enc.yaml`))).toEqual(file);
});

test.each<[string, Format, string, string]>([
  ['old.env', 'dotenv', '# c\nA=b\n', 'dev.enc.env'],
  ['old.ini', 'ini', '[s]\na = b\n', 'dev.enc.ini'],
  ['old.crt', 'binary', 'any bytes', 'dev.enc.bin'],
])('%s keeps its format', async (name, format, text, made) => {
  await writeSops(name, text, format);
  await run({ file: path(name) });
  expect(parse(readFileSync(path(`${root}/secrets/${made}`)), format).metadata.groups).toHaveLength(1);
});

test('an encrypted manifest of Kubernetes gives the values of its Secret', async () => {
  await writeSops(
    'secret.yaml',
    'apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {A: b25l}\n',
    'yaml',
  );
  await run({ file: path('secret.yaml') });
  expect(await deployed()).toBe('{"A":"one"}');
});

test("a file at the place of the stage's own, under another key, is replaced", async () => {
  await writeSops(`${root}/secrets/dev.enc.yaml`, 'A: one\n', 'yaml');
  await run({ file: path(`${root}/secrets/dev.enc.yaml`), removeSource: true });
  expect(printed()).not.toContain('is still there');
  expect(await deployed()).toBe('{"A":"one"}');
});

test("a file at the place of the stage's own that somebody changes meanwhile stays as they left it", async () => {
  await writeSops(`${root}/secrets/dev.enc.yaml`, 'A: one\n', 'yaml');
  const file = path(`${root}/secrets/dev.enc.yaml`);
  const late = workspace.generate(async (tree) => {
    const finish = await importValues(tree, { directory: root, stage: 'dev', file });
    await writeSops(`${root}/secrets/dev.enc.yaml`, 'A: one\nB: two\n', 'yaml');
    return finish;
  });
  await expect(late).rejects.toMatchObject({ problem: { code: 'changedMeanwhile' } });
  expect(readFileSync(file, 'utf8')).toMatch(/^B: ENC/m);
});

test('a rule of the team that covers every file: the own one goes before it, and the others stay', async () => {
  await workspace.write({
    [`${root}/.sops.yaml`]: `# ours\ncreation_rules:\n  - path_regex: .*\n    kms: ${oldKey}\n`,
  });
  await writeSops(`${root}/old.yaml`, 'A: one\n', 'yaml');
  await run({ file: path(`${root}/old.yaml`) });
  const config = workspace.read(`${root}/.sops.yaml`);
  expect(config).toMatch(/# ours[^]*path_regex: \^secrets\/dev[^]*path_regex: \.\*\n\s+kms: /);
  expect(printed()).toContain(`these files name it: ${root}/.sops.yaml, ${root}/old.yaml`);
  expect(await deployed()).toBe('{"A":"one"}');
});

test('a key by hand behind the alias: it is used with the policy that it has; that comes last, and locks nobody out', async () => {
  const arn = await makeKey('alias/users-dev');
  await writeSops(`${root}/old.yaml`, 'A: one\n', 'yaml', { kind: 'kms', arn });
  await workspace.commit();
  await run({ file: path(`${root}/old.yaml`), removeSource: true });
  const text = printed();
  expect(text).toContain('As the last step');
  expect(text).toMatch(/provision-keys --stage=dev --adopt=alias\/users-dev/);
  await workspace.commit();
  const adopted = await workspace.provision([root], {
    overrides: { adopt: new Set(['alias/users-dev']), enable: false },
  });
  expect(outcomes(adopted)[0]).not.toContain('failed');
  expect(outcomes(await workspace.sync([root]))).toEqual(['users dev created']);
  expect(await workspace.valueOf('/services/users/dev')).toBe('{"A":"one"}');
});

test('a file whose name says nothing of its format, and one whose metadata is damaged', async () => {
  await writeSops('old', 'A: one\n', 'yaml');
  await run({ file: path('old') });
  expect(await deployed()).toBe('{"A":"one"}');
  await writeSops('old.json', '{"A": "two"}', 'json');
  await workspace.write({
    'old.json': workspace.read('old.json').replace(/"lastmodified": "[^"]*"/, '"lastmodified": "never"'),
  });
  await expect(run({ file: path('old.json') })).rejects.toThrow(/old\.json/);
});

test('a source that does not open, or a key that does not encrypt: nothing is changed', async () => {
  await writeSops('old.yaml', 'A: one\n', 'yaml');
  const deny = (operation: string) =>
    workspace
      .aws()
      .injectFault({ operation, kind: { error: 'AccessDeniedException', status: 400 }, count: 20 });
  deny('kms:Decrypt');
  await expect(run({ file: path('old.yaml'), removeSource: true })).rejects.toThrow(/old\.yaml/);
  expect(existsSync(path(`${root}/.sops.yaml`))).toBe(false);
  workspace.aws().clearFaults();
  deny('kms:Encrypt');
  await expect(run({ file: path('old.yaml'), removeSource: true })).rejects.toThrow();
  expect(existsSync(path('old.yaml'))).toBe(true);
  expect(existsSync(path(`${root}/secrets/dev.enc.yaml`))).toBe(false);
  workspace.aws().clearFaults();
  await run({ file: path('old.yaml'), removeSource: true });
  expect(existsSync(path('old.yaml'))).toBe(false);
});

test('a value that the source holds in plaintext by its rule may stay so', async () => {
  await writeSops('old.yaml', 'host_unencrypted: db\nA: one\n', 'yaml');
  await run({ file: path('old.yaml') });
  expect(workspace.read(`${root}/secrets/dev.enc.yaml`)).toContain('host_unencrypted: db');
  await workspace.write({ 'new.yaml': 'B_unencrypted: canary\n' });
  await expect(run({ file: path('new.yaml') })).rejects.toThrow(
    /would leave the value of B_unencrypted unencrypted/,
  );
  expect(workspace.read(`${root}/secrets/dev.enc.yaml`)).not.toContain('canary');
});

test('a token for Vault is not sent to the host that a file names', async () => {
  await writeSops('old.yaml', 'A: one\n', 'yaml');
  const text = workspace
    .read('old.yaml')
    .replace(
      / {4}kms:\n(?: {8}.*\n)+/,
      '    hc_vault:\n        - vault_address: https://thief.test\n          engine_path: sops\n          key_name: k\n          created_at: "2026-01-01T00:00:00Z"\n          enc: vault:v1:x\n',
    );
  await workspace.write({ 'old.yaml': text });
  await expect(run({ file: path('old.yaml') })).rejects.toThrow(
    /Vault or Azure only[^]*npx sops-codec decrypt/,
  );
});

test('a value that the secret file has in plaintext is not replaced by another one in plaintext', async () => {
  await writeSops('old.yaml', 'A: one\nB_unencrypted: public\n', 'yaml');
  await run({ file: path('old.yaml') });
  const before = workspace.read(`${root}/secrets/dev.enc.yaml`);
  expect(before).toContain('B_unencrypted: public');
  await workspace.write({ 'new.json': '{"A": "two", "B_unencrypted": "canary"}' });
  const both = run({ file: path('new.json'), overwrite: ['A', 'B_unencrypted'] });
  await expect(both).rejects.toThrow(/leave the value of B_unencrypted unencrypted/);
  expect(workspace.read(`${root}/secrets/dev.enc.yaml`)).toBe(before);
  await run({ file: path('new.json'), overwrite: 'A' });
  expect(workspace.read(`${root}/secrets/dev.enc.yaml`)).toContain('B_unencrypted: public');
});
