/** A script of one's own: node sops-and-sdk.mjs SOPS AT_ONCE. It starts sops for each file and pushes through the SDK. */
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { execa } from 'execa';
import { forEachService } from './services.mjs';

const [sops, atOnce] = process.argv.slice(2);
const client = new SecretsManagerClient({});
await forEachService(Number(atOnce), async ({ file, secretName }) => {
  const { stdout } = await execa(sops, ['decrypt', '--output-type', 'json', file]);
  await client.send(new PutSecretValueCommand({ SecretId: secretName, SecretString: stdout }));
});
client.destroy();
