/**
 * The floor: node floor.mjs changed|created|unchanged. The SDK calls that a push needs, the same ones that the engine makes,
 * written by hand: nothing is checked, and what is written is not what the file holds.
 */
import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { forEachService } from './services.mjs';

const kms = new KMSClient({});
const secretsManager = new SecretsManagerClient({});
const SecretString = JSON.stringify(Array.from({ length: 10 }, () => 'x'.repeat(64)));

async function decrypt(text) {
  const [, KeyId, CiphertextBlob] = /- arn: (\S+)[^]*?enc: (\S+)/.exec(text);
  const [, service, stage] = /service: (\S+)\s+stage: (\S+)/.exec(text);
  await kms.send(
    new DecryptCommand({
      KeyId,
      CiphertextBlob: Buffer.from(CiphertextBlob, 'base64'),
      EncryptionContext: { service, stage },
    }),
  );
  return KeyId;
}

const tokenOf = (text) => createHash('sha256').update(text).digest('hex');

const describe = (SecretId) => secretsManager.send(new DescribeSecretCommand({ SecretId }));

const steps = {
  unchanged: ({ secretName }) => describe(secretName),
  async changed({ file, secretName: SecretId }) {
    const text = readFileSync(file, 'utf8');
    const { VersionIdsToStages } = await describe(SecretId);
    const [from] = Object.entries(VersionIdsToStages).find(([, stages]) => stages.includes('AWSCURRENT'));
    await decrypt(text);
    const version = { ClientRequestToken: tokenOf(text), VersionStages: ['staged'] };
    await secretsManager.send(new PutSecretValueCommand({ SecretId, SecretString, ...version }));
    await secretsManager.send(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: version.ClientRequestToken,
        RemoveFromVersionId: from,
      }),
    );
  },
  async created({ file, secretName: Name }) {
    const text = readFileSync(file, 'utf8');
    await describe(Name).catch(() => undefined);
    const KmsKeyId = await decrypt(text);
    await secretsManager.send(
      new CreateSecretCommand({ Name, SecretString, KmsKeyId, ClientRequestToken: tokenOf(text) }),
    );
  },
};

await forEachService(12, steps[process.argv[2]]);
kms.destroy();
secretsManager.destroy();
