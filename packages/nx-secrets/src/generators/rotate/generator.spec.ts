import { readFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { logger } from '@nx/devkit';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { FsTree } from 'nx/src/generators/tree';
import { createKeyring, decrypt, parse, type EncryptedFile } from 'sops-codec';
import { outcomes, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import { writeFiles } from '../../testing/workspace.test-kit';
import rotate from './generator';

const workspace = useAwsWorkspace();
const user = 'services/user-service';
const payment = 'services/payment-service';
const devFile = `${user}/secrets/dev.enc.yaml`;
const paths = [user, payment].flatMap((root) =>
  ['dev', 'prod'].map((stage) => `${root}/secrets/${stage}.enc.yaml`),
);

const encrypted = (path: string): EncryptedFile =>
  parse(readFileSync(join(workspace.directory(), path)), 'yaml');
const open = async (path: string) => {
  const { documents, dataKey } = await decrypt(encrypted(path), createKeyring());
  return { documents, dataKey: Buffer.from(dataKey).toString('hex') };
};
const texts = () => new Map(paths.map((path) => [path, workspace.read(path)]));
const changed = (before: ReadonlyMap<string, string>) =>
  paths.filter((path) => workspace.read(path) !== before.get(path));

workspace.prepare(async () => {
  for (const directory of [user, payment]) {
    await workspace.init({ directory, stages: 'dev,prod' });
    await workspace.set(directory, 'dev', 'DATABASE_URL', 'postgres://u:p@h');
  }
});

describe('--data-key', () => {
  test('another data key, the same values, for everybody who could open the file', async () => {
    const identity = await generateX25519Identity();
    const rules = workspace.read(`${user}/.sops.yaml`);
    const recipient = await identityToRecipient(identity);
    await writeFiles(workspace.directory(), {
      [`${user}/.sops.yaml`]: rules.replaceAll('- kms:', `- age: [${recipient}]\n        kms:`),
      'nx.json': JSON.stringify({
        plugins: [
          {
            plugin: 'nx-secrets',
            options: { stages: { dev: { recipients: { age: [recipient] } }, prod: {} } },
          },
        ],
      }),
    });
    await rename(join(workspace.directory(), devFile), join(workspace.directory(), 'old'));
    await workspace.init({ directory: user, stages: 'dev' });
    await workspace.set(user, 'dev', 'B', 'two');
    await workspace.set(user, 'dev', 'A', 'one');
    const before = await open(devFile);
    await workspace.rotate({ directory: user, stage: 'dev', dataKey: true });
    const after = await open(devFile);
    expect(after.documents).toEqual(before.documents);
    expect(after.dataKey).not.toBe(before.dataKey);
    // The break-glass key opens it alone.
    const keyring = createKeyring({
      age: { identities: [identity] },
      awsKms: { clientFor: () => Promise.reject(new Error('no KMS')) },
    });
    expect((await decrypt(encrypted(devFile), keyring)).documents).toEqual(before.documents);
  });

  test('the service reads the same value after the next sync', async () => {
    await workspace.commit();
    await workspace.sync([user]);
    const value = await workspace.valueOf('/services/user-service/dev');
    await workspace.rotate({ directory: user, stage: 'dev', dataKey: true });
    await workspace.commit();
    expect(outcomes(await workspace.sync([user]))).toEqual([
      'user-service dev updated',
      'user-service prod unchanged',
    ]);
    expect(await workspace.valueOf('/services/user-service/dev')).toBe(value);
  });

  test.each<[string, Parameters<typeof workspace.rotate>[0], readonly string[]]>([
    ['one stage', { directory: user, stage: 'dev' }, [devFile]],
    ['a service', { directory: user }, paths.slice(0, 2)],
    ['at the root, all services', { directory: '' }, paths],
    [
      '--all, all services',
      { directory: user, all: true, stage: 'prod' },
      paths.filter((path) => path.includes('prod')),
    ],
  ])('%s', async (_, options, files) => {
    const before = texts();
    await workspace.rotate({ ...options, dataKey: true });
    expect(changed(before)).toEqual(files);
    for (const path of files) await open(path);
  });

  test('twice: the values and the order of the file stay', async () => {
    await workspace.set(user, 'dev', 'A', 'one');
    const before = await open(devFile);
    for (let run = 0; run < 2; run += 1) await workspace.rotate({ directory: user, dataKey: true });
    expect((await open(devFile)).documents).toEqual(before.documents);
  });

  test('one that fails stops no other, is named, and stays as it is', async () => {
    await writeFiles(workspace.directory(), { [devFile]: workspace.read(`${payment}/secrets/dev.enc.yaml`) });
    const before = texts();
    await expect(workspace.rotate({ directory: '', dataKey: true })).rejects.toThrow(
      '1 of 4 secret files could not be rotated',
    );
    expect(changed(before)).toEqual(paths.filter((path) => path !== devFile));
    expect(jest.mocked(logger.info).mock.calls.flat().join('\n')).toContain(
      'the key of service payment-service, stage dev',
    );
  });

  test('a dry run says which files, calls nobody and changes nothing', async () => {
    const before = texts();
    const calls = workspace.aws().calls();
    await rotate(new FsTree(workspace.directory(), false), { directory: user, dataKey: true });
    expect(jest.mocked(logger.info).mock.calls.flat()).toContain(`new data key for ${devFile}`);
    expect(changed(before)).toEqual([]);
    expect(workspace.aws().calls()).toEqual(calls);
  });
});

test.each<[string, Parameters<typeof workspace.rotate>[0], string]>([
  [
    'to revoke everything unasked',
    { directory: '', revoke: true },
    'would revoke every key of the workspace',
  ],
  ['nothing to rotate', { directory: user }, 'nothing to rotate: pass --data-key, --key or --revoke'],
  ['a stage that nobody has', { directory: user, dataKey: true, stage: 'dve' }, 'Did you mean "dev"?'],
  ['a folder without secret files', { directory: 'libs/x', dataKey: true }, 'no secret file found here'],
])('refuses %s', async (_, options, message) => {
  await expect(workspace.rotate(options)).rejects.toThrow(message);
});

test('--json has what became of each file, and no value', async () => {
  await workspace.rotate({ directory: user, stage: 'dev', dataKey: true, json: 'tmp/rotated.json' });
  const written = workspace.read('tmp/rotated.json');
  expect(JSON.parse(written)).toMatchObject({
    success: true,
    counts: { rotated: 1 },
    entries: [{ service: 'user-service', stage: 'dev', name: devFile, outcome: 'rotated' }],
  });
  expect(written).not.toContain('postgres');
});
