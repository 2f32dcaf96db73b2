import { join } from 'node:path';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { logger } from '@nx/devkit';
import { createKeyring, encrypt, readPlain, serialize } from 'sops-codec';
import { useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import importValues from './generator';

const workspace = useAwsWorkspace();

test('a SOPS dotenv file that stays: its key is still needed, and quotes are part of values', async () => {
  const kms = new KMSClient({});
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  kms.destroy();
  const arn = KeyMetadata?.Arn ?? '';
  const documents = readPlain('A="quoted-canary"\nB=plain\nC=\'x\'\nD=x="y"\n', 'dotenv');
  const encrypted = await encrypt(
    documents,
    { format: 'dotenv', groups: [[{ kind: 'kms', arn }]] },
    createKeyring(),
  );
  await workspace.write({ 'services/users/old.enc.env': serialize(encrypted) });
  const file = join(workspace.directory(), 'services/users/old.enc.env');
  await workspace.generate((tree) =>
    importValues(tree, { directory: 'services/users', stage: 'dev', file, removeSource: false }),
  );
  const text = jest.mocked(logger.info).mock.calls.flat().join('\n');
  expect(text).toContain(`Old key ${arn}: keep it, this file names it: services/users/old.enc.env.`);
  expect(text).toContain('A, C: the quotes around the value are part of it');
  expect(text).not.toContain('canary');
  await workspace.commit();
  await workspace.sync(['services/users']);
  expect(JSON.parse((await workspace.valueOf('/services/users/dev')) ?? '')).toEqual({
    A: '"quoted-canary"',
    B: 'plain',
    C: "'x'",
    D: 'x="y"',
  });
});
