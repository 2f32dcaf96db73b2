import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SopsError, type SopsErrorCode } from '../model/sops-error';
import type { Recipient } from './recipient';
import { requirePrivate, type Transport } from './transport';

type VaultRecipient = Extract<Recipient, { readonly kind: 'hc_vault' }>;

/** Milliseconds that Vault has to answer. */
const timeout = 10_000;

/** Wraps a key with Vault's transit engine. Returns the text of Vault (`vault:v1:…`). Source: sops `hcvault/keysource.go` */
export const wrapVault = async (
  recipient: VaultRecipient,
  key: Uint8Array,
  transport: Transport = 'any',
): Promise<string> =>
  member(
    await call(recipient, 'encrypt', { plaintext: Buffer.from(key).toString('base64') }, transport),
    'ciphertext',
    recipient,
  );

/** Unwraps a key with Vault's transit engine. */
export const unwrapVault = async (
  recipient: VaultRecipient,
  enc: string,
  transport: Transport = 'any',
): Promise<Uint8Array> =>
  Buffer.from(
    member(await call(recipient, 'decrypt', { ciphertext: enc }, transport), 'plaintext', recipient),
    'base64',
  );

/** A text that differs where another identity asks, or another Vault may be asked; the token cannot be read from it. */
export async function vaultIdentity(): Promise<string> {
  const { VAULT_NAMESPACE = '', SOPS_HC_VAULT_ALLOWLIST = '' } = process.env;
  const parts = [await vaultToken(), VAULT_NAMESPACE, SOPS_HC_VAULT_ALLOWLIST];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}

async function call(
  recipient: VaultRecipient,
  operation: 'encrypt' | 'decrypt',
  body: object,
  transport: Transport,
): Promise<unknown> {
  const { vaultAddress, enginePath, keyName } = recipient;
  const where = `${vaultAddress}/v1/${enginePath}/keys/${keyName}`;
  assertAllowed(vaultAddress);
  const address = addressOf(vaultAddress, where);
  if (transport === 'private') requirePrivate(address);
  const headers = {
    'content-type': 'application/json',
    'x-vault-request': 'true',
    'x-vault-token': await vaultToken(),
    ...(process.env['VAULT_NAMESPACE'] ? { 'x-vault-namespace': process.env['VAULT_NAMESPACE'] } : {}),
  };
  const path = [enginePath, operation, keyName].join('/').split('/').map(encodeURIComponent).join('/');
  const response = await fetch(new URL(`/v1/${path}`, address), {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    redirect: 'error', // a redirect would carry the token elsewhere
    signal: AbortSignal.timeout(timeout),
  }).catch((cause: unknown) => {
    throw vaultError(
      'recipientUnreachable',
      'Vault does not answer',
      where,
      'Check the address and the network; put your own certificates into NODE_EXTRA_CA_CERTS.',
      cause,
    );
  });
  if (response.ok) return response.json().catch(() => undefined);
  await response.body?.cancel();
  const fix =
    response.status === 403
      ? 'Sign in again (vault login), or set VAULT_TOKEN to a token that may use the key.'
      : 'Check that the transit engine and the key exist there.';
  throw vaultError(
    statusCodes.get(response.status) ?? (response.status >= 500 ? 'recipientUnreachable' : 'recipientFailed'),
    `Vault answered ${operation} with ${response.status}`,
    where,
    fix,
  );
}

function addressOf(address: string, where: string): URL {
  if (URL.canParse(address)) return new URL(address);
  throw vaultError('badRecipient', 'not the address of a Vault', where, 'Write it as https://<host>:8200.');
}

/** `VAULT_TOKEN`, else `~/.vault-token`, where the vault program keeps it. */
export async function vaultToken(): Promise<string> {
  return (
    process.env['VAULT_TOKEN'] ??
    (await readFile(join(homedir(), '.vault-token'), 'utf8').catch(() => '')).trim()
  );
}

/** `SOPS_HC_VAULT_ALLOWLIST`: `all`, `none`, or addresses separated by commas. */
function assertAllowed(address: string): void {
  const list = process.env['SOPS_HC_VAULT_ALLOWLIST'] || 'all';
  if (
    list === 'all' ||
    (list !== 'none' &&
      list
        .split(',')
        .map((one) => one.trim())
        .includes(address))
  )
    return;
  throw vaultError(
    'accessDenied',
    'this Vault is not in SOPS_HC_VAULT_ALLOWLIST',
    address,
    'Add it to SOPS_HC_VAULT_ALLOWLIST if you trust it.',
  );
}

function member(answer: unknown, name: 'ciphertext' | 'plaintext', { vaultAddress }: VaultRecipient): string {
  const data = typeof answer === 'object' && answer !== null && 'data' in answer ? answer.data : undefined;
  const value =
    typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[name] : undefined;
  if (typeof value === 'string') return value;
  throw vaultError(
    'recipientFailed',
    `the answer contains no ${name}`,
    vaultAddress,
    'Check that a Vault answers there.',
  );
}

const statusCodes: ReadonlyMap<number, SopsErrorCode> = new Map([
  [403, 'accessDenied'],
  [404, 'keyNotFound'],
  [429, 'throttled'],
]);

const vaultError = (code: SopsErrorCode, what: string, where: string, fix: string, cause?: unknown) =>
  new SopsError(code, { what, where, fix, cause });
