import { posix } from 'node:path';
import { getValue } from '../model/path';
import { readPlain } from '../file/parse';
import { writeJson } from '../formats/json/write';
import { SopsError } from '../model/sops-error';
import type { Document, Item, Value } from '../model/tree';
import { vaultToken } from '../recipients/vault';
import type { Destination } from '../rules/destination-rules';
import { uploadError, uploadTimeout } from './upload';
import { sendToVault } from './vault-request';

type VaultDestination = Extract<Destination, { readonly kind: 'vault' }>;

const fix =
  'Check VAULT_TOKEN, the address, the mount and its version, and that the policy allows create and update there.';

/** What became of a secret. */
export type VaultOutcome = 'written' | 'unchanged' | 'written unchecked';

/** Where values are written, as sops shows it. */
export const vaultPath = (destination: VaultDestination, name: string): string =>
  `${addressOf(destination)}/v1/${secretPath(destination, name)}`;

const addressOf = ({ address }: VaultDestination): string =>
  address || process.env['VAULT_ADDR'] || 'https://127.0.0.1:8200';

const secretPath = ({ mount, version, path }: VaultDestination, name: string): string =>
  `${mount}${version === 2 ? 'data/' : ''}${path}${name}`;

/**
 * Writes the values of a file, decrypted, to the key-value engine of Vault. Version 2 gets no new version where the
 * newest one has these values already. Source: sops `publish/vault.go`; Vault API, "KV secrets engine"
 *
 * @throws SopsError `publishFailed`
 */
export async function writeToVault(
  destination: VaultDestination,
  name: string,
  documents: readonly Document[],
): Promise<VaultOutcome> {
  const values = writeJson(merged(documents), 0).replaceAll('\n', '');
  const known = await existing(destination, name);
  if (known === 'unknown') {
    await request(destination, name, 'PUT', bodyOf(destination, values));
    return 'written unchecked';
  }
  if (known !== undefined && canonical(known) === canonical(readPlain(values, 'json')[0])) return 'unchanged';
  await request(destination, name, 'PUT', bodyOf(destination, values));
  return 'written';
}

const bodyOf = ({ version }: VaultDestination, values: string): string =>
  version === 2 ? `{"data":${values}}` : values;

/** All documents of a file as one mapping: of keys that several have, the last one counts. */
function merged(documents: readonly Document[]): Document {
  const items = documents.flatMap((document) => document.items);
  const last = new Map(items.flatMap((item) => (item.kind === 'item' ? [[item.key, item] as const] : [])));
  return { kind: 'map', items: [...last.values()] satisfies readonly Item[] };
}

/** The values that are there, in version 2; undefined where there are none, `unknown` where they cannot be read. */
async function existing(destination: VaultDestination, name: string): Promise<Value | 'unknown' | undefined> {
  try {
    const answer = await request(destination, name, 'GET');
    if (answer === undefined) return undefined;
    return destination.version === 2 ? getValue(readPlain(answer, 'json'), ['data', 'data']) : undefined;
  } catch (error) {
    if (error instanceof SopsError && error.code === 'badUsage') throw error;
    return 'unknown';
  }
}

/** @returns the text of the answer; undefined for a secret that does not exist */
async function request(
  destination: VaultDestination,
  name: string,
  method: 'GET' | 'PUT',
  body?: string,
): Promise<string | undefined> {
  const where = vaultPath(destination, name);
  try {
    const path = posix
      .join('/v1', secretPath(destination, name))
      .split('/')
      .map(encodeURIComponent)
      .join('/');
    const namespace = process.env['VAULT_NAMESPACE'];
    const { status, text } = await sendToVault(new URL(path, addressOf(destination)), {
      method,
      headers: {
        'content-type': 'application/json',
        'x-vault-request': 'true',
        'x-vault-token': await vaultToken(),
        ...(namespace ? { 'x-vault-namespace': namespace } : {}),
      },
      body,
      timeout: uploadTimeout,
    });
    if (status >= 200 && status < 300) return text;
    if (method === 'GET' && status === 404) return undefined;
    throw new SopsError('publishFailed', { what: `Vault answered with ${status}`, where, fix });
  } catch (error) {
    throw uploadError('Vault', error, where, fix);
  }
}

/** A text that is the same for equal values, whatever the order of their keys. */
function canonical(value: Value | undefined): string {
  if (value?.kind === 'map') {
    const items = value.items.flatMap((item) =>
      item.kind === 'item' ? [`${JSON.stringify(item.key)}:${canonical(item.value)}`] : [],
    );
    return `{${items.sort().join(',')}}`;
  }
  if (value?.kind === 'list') {
    const elements = value.elements.flatMap((one) => (one.kind === 'comment' ? [] : [canonical(one)]));
    return `[${elements.join(',')}]`;
  }
  return value === undefined ? '' : writeJson(value, 0);
}
