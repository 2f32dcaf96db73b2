import { SopsError } from '../model/sops-error';
import { cloudError, sdkError } from './cloud-sdk';
import type { Recipient } from './recipient';

type AzureRecipient = Extract<Recipient, { readonly kind: 'azure_kv' }>;

const fix =
  'Sign in (az login), or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET; you need the key permissions encrypt and decrypt.';
const algorithm = 'RSA-OAEP-256';
const clientOptions = { retryOptions: { maxRetries: 2, maxRetryDelayInMs: 1_000 } };
const packages = '@azure/keyvault-keys @azure/identity';

/** A TokenCredential of `@azure/identity`; declared here so that our types do not need that package. */
export interface TokenCredential {
  /** Returns a token for the scopes. */
  getToken(scopes: string | string[]): Promise<{ token: string; expiresOnTimestamp: number } | null>;
}

/** How Azure Key Vault is called. */
export interface AzureOptions {
  /** The credential, instead of that of the environment (DefaultAzureCredential). */
  readonly credential?: TokenCredential | undefined;
}

/** Returns the credential, created when it is first used. */
export type AzureCredential = () => Promise<TokenCredential>;

/** The given credential, else that of the environment. */
export function azureCredential({ credential }: AzureOptions = {}): AzureCredential {
  let made: Promise<TokenCredential> | undefined;
  return () => (made ??= credential ? Promise.resolve(credential) : fromEnvironment());
}

async function fromEnvironment(): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await identitySdk();
  return new DefaultAzureCredential();
}

async function identitySdk() {
  try {
    return await import('@azure/identity');
  } catch (error) {
    throw sdkError(error, packages);
  }
}

async function keysSdk() {
  try {
    return await import('@azure/keyvault-keys');
  } catch (error) {
    throw sdkError(error, packages);
  }
}

/** The newest version of the key where none is named: a file must name the version that wraps its key. */
export async function resolveAzure(
  credential: AzureCredential,
  recipient: AzureRecipient,
): Promise<AzureRecipient> {
  if (recipient.version !== '') return recipient;
  try {
    urlOf(recipient);
    const { KeyClient } = await keysSdk();
    const { properties } = await new KeyClient(recipient.vaultUrl, await credential(), clientOptions).getKey(
      recipient.name,
    );
    return { ...recipient, version: properties.version ?? '' };
  } catch (error) {
    throw cloudError('Azure Key Vault get', error, urlOf(recipient), fix);
  }
}

/** Wraps a key with RSA-OAEP-256 in the vault. Returns base64url without padding. Source: sops `azkv/keysource.go` */
export async function wrapAzure(
  credential: AzureCredential,
  recipient: AzureRecipient,
  key: Uint8Array,
): Promise<string> {
  try {
    const { result } = await (await clientFor(credential, recipient)).encrypt({ algorithm, plaintext: key });
    return Buffer.from(result).toString('base64url');
  } catch (error) {
    throw cloudError('Azure Key Vault encrypt', error, urlOf(recipient), fix);
  }
}

/** Unwraps a key in the vault. */
export async function unwrapAzure(
  credential: AzureCredential,
  recipient: AzureRecipient,
  enc: string,
): Promise<Uint8Array> {
  try {
    const ciphertext = Buffer.from(enc, 'base64url');
    return (await (await clientFor(credential, recipient)).decrypt({ algorithm, ciphertext })).result;
  } catch (error) {
    throw cloudError('Azure Key Vault decrypt', error, urlOf(recipient), fix);
  }
}

async function clientFor(credential: AzureCredential, recipient: AzureRecipient) {
  const { CryptographyClient } = await keysSdk();
  return new CryptographyClient(urlOf(recipient), await credential(), clientOptions);
}

function urlOf({ vaultUrl, name, version }: AzureRecipient): string {
  if (!/^https:\/\//.test(vaultUrl)) {
    throw new SopsError('badRecipient', {
      what: 'not the URL of an Azure Key Vault',
      where: vaultUrl.slice(0, 120),
      fix: 'Write it as https://<vault>.vault.azure.net.',
    });
  }
  return [vaultUrl.replace(/\/$/, ''), 'keys', name, version].filter(Boolean).join('/');
}
