import { KMS } from '@aws-sdk/client-kms';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { region } from '../aws/environment.mjs';

/** Clients of the JavaScript SDK, by which a suite sets up what the program under test then finds. */
export function awsClients(endpoint) {
  const options = { endpoint, region, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  return { kms: new KMS(options), secretsManager: new SecretsManager(options) };
}

/** Makes a KMS key with an alias and gives the ARN of the alias, as `.sops.yaml` has it. */
export async function makeKey({ kms }, alias) {
  const { KeyMetadata } = await kms.createKey({});
  await kms.createAlias({ AliasName: `alias/${alias}`, TargetKeyId: KeyMetadata.KeyId });
  return KeyMetadata.Arn.replace(/key\/.*/, `alias/${alias}`);
}
