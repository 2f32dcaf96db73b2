import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { region } from '../tools/aws/environment.mjs';

/** The current value of a secret, as the object that it holds; `accessKeyId` says in which account it is. */
export async function readSecret(endpoint, name, accessKeyId = 'local') {
  const credentials = { accessKeyId, secretAccessKey: 'local' };
  const client = new SecretsManager({ endpoint, region, credentials });
  const { SecretString } = await client.getSecretValue({ SecretId: name, VersionStage: 'AWSCURRENT' });
  return JSON.parse(SecretString);
}
