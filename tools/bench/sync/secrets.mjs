import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { region } from '../../aws/environment.mjs';

const require = createRequire(import.meta.url);
const { createKeyring, encrypt, readPlain, serialize } = require('sops-codec');
const account = '123456789012';
const atOnce = 16;

/** Ten values, of a length as they have it in practice, which are others in each revision. */
const plain = (service, revision) =>
  Array.from(
    { length: 10 },
    (_, index) =>
      `KEY_${index}: ${createHash('sha256').update(`${service} ${revision} ${index}`).digest('hex')}\n`,
  ).join('');

/** Runs a step for each item, a few at once. */
export async function forEach(items, step) {
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) await step(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/**
 * The keys and secrets of the bench's services, as the plugin names and marks them.
 *
 * @param {string} endpoint of local-aws
 */
export function createSecrets(endpoint) {
  const config = { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  const kms = new KMSClient(config);
  const secretsManager = new SecretsManagerClient(config);
  const keyring = createKeyring({ awsKms: { clientFor: async () => kms } });
  const keyArn = (service) => `arn:aws:kms:${region}:${account}:alias/${service}-dev`;
  const recipient = (service) => ({ kind: 'kms', arn: keyArn(service), context: { service, stage: 'dev' } });

  return {
    keyArn,
    async makeKey(service) {
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
      const alias = { AliasName: `alias/${service}-dev`, TargetKeyId: KeyMetadata.KeyId };
      await kms.send(new CreateAliasCommand(alias));
    },
    /** The encrypted file of a service at a revision. */
    async file(service, revision) {
      const groups = [[{ ...recipient(service), awsProfile: '' }]];
      const documents = readPlain(plain(service, revision), 'yaml');
      return serialize(await encrypt(documents, { format: 'yaml', groups }, keyring));
    },
    /** Brings AWS to the state in which these files were pushed last: nothing else is there of these services. */
    async place(services, fileOf) {
      await forEach(services, async (service) => {
        const SecretId = `/services/${service}/dev`;
        await secretsManager
          .send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }))
          .catch(ignoreMissing);
        const file = fileOf(service);
        if (file === undefined) return;
        await secretsManager.send(
          new CreateSecretCommand({
            Name: SecretId,
            KmsKeyId: keyArn(service),
            Description: `Secrets of ${service}, stage dev`,
            Tags: tags({ 'managed-by': 'nx-secrets', service, stage: 'dev' }),
            ClientRequestToken: createHash('sha256').update(file).digest('hex'),
            SecretString: '{}',
          }),
        );
      });
    },
    close() {
      kms.destroy();
      secretsManager.destroy();
    },
  };
}

function ignoreMissing(error) {
  if (error.name !== 'ResourceNotFoundException') throw error;
}

const tags = (record) => Object.entries(record).map(([Key, Value]) => ({ Key, Value }));
