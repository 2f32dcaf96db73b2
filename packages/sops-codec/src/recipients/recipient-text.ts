import { SopsError } from '../model/sops-error';
import type { Recipient } from './recipient';

/** `https://<vault>/keys/<name>[/<version>]`. @throws SopsError for any other text */
export function parseAzureUrl(text: string): Recipient {
  const [, vaultUrl, name, version = ''] =
    /^(https?:\/\/[^/]+)\/keys\/([^/]+)(?:\/([^/]*))?\/?$/.exec(text) ?? [];
  if (vaultUrl && name) return { kind: 'azure_kv', vaultUrl, name, version };
  throw notOne(
    'an Azure Key Vault key',
    text,
    'Write it as https://<vault>.vault.azure.net/keys/<name>/<version>.',
  );
}

/** `<addr>/v1/<engine>/keys/<name>`. @throws SopsError for any other text */
export function parseVaultUri(text: string): Recipient {
  const [, vaultAddress, enginePath, keyName] =
    /^(https?:\/\/[^/]+)\/v1\/(.+)\/keys\/([^/]+)\/?$/.exec(text) ?? [];
  if (vaultAddress && enginePath && keyName) return { kind: 'hc_vault', vaultAddress, enginePath, keyName };
  throw notOne('a Vault transit key', text, 'Write it as https://<host>:8200/v1/<engine>/keys/<name>.');
}

const notOne = (kind: string, text: string, fix: string) =>
  new SopsError('badRecipient', { what: `not ${kind}`, where: text.slice(0, 120), fix });
