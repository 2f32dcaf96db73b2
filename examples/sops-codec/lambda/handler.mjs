import { join } from 'node:path';
import { readSecrets } from 'sops-codec';

/** Decrypted once for all requests that this instance answers. A failure is tried again by the next request. */
let secrets;
const secretsOnce = () =>
  (secrets ??= readSecrets(join(import.meta.dirname ?? __dirname, 'secrets.enc.yaml')).catch((error) => {
    secrets = undefined;
    throw error;
  }));

export async function handler(event) {
  const { API_KEY } = await secretsOnce();
  return { statusCode: 200, body: JSON.stringify({ isAllowed: event.headers?.['x-api-key'] === API_KEY }) };
}
