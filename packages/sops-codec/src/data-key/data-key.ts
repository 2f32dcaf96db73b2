import { randomBytes } from 'node:crypto';
import { SopsError } from '../model/sops-error';
import { identityText, type KeyGroup, type Recipient, type WrappedKey } from '../recipients/recipient';
import type { Keyring } from '../recipients/keyring';
import { combineShares, splitSecret } from './shamir';

/** A new data key: 32 random bytes. */
export const makeDataKey = (): Uint8Array => randomBytes(32);

/**
 * Wraps a data key for all recipients: the key itself for a single group, a share for each of several.
 *
 * @param threshold shares needed to open; 0 means all groups
 * @param now the `created_at` of the wrapped keys, RFC 3339
 * @throws SopsError where one recipient cannot wrap
 */
export async function wrapDataKey(
  dataKey: Uint8Array,
  groups: readonly KeyGroup[],
  threshold: number,
  keyring: Keyring,
  now: string,
): Promise<readonly KeyGroup<WrappedKey>[]> {
  if (groups.flat().length === 0) {
    throw new SopsError('generic', {
      what: 'there are no recipients to encrypt for',
      fix: 'Name at least one in .sops.yaml, in a rule for this file.',
    });
  }
  const shares =
    groups.length === 1 ? [dataKey] : splitSecret(dataKey, groups.length, threshold || groups.length);
  try {
    return await Promise.all(
      groups.map((group, index) =>
        Promise.all(group.map((recipient) => wrapOne(recipient, shares[index] ?? dataKey, keyring, now))),
      ),
    );
  } finally {
    if (groups.length > 1) shares.forEach((share) => share.fill(0));
  }
}

async function wrapOne(
  recipient: Recipient,
  key: Uint8Array,
  keyring: Keyring,
  now: string,
): Promise<WrappedKey> {
  const named = (await keyring.resolve?.(recipient)) ?? recipient;
  const enc = await keyring.wrap(named, key);
  return named.kind === 'age' ? { ...named, enc } : { ...named, enc, createdAt: now };
}

/**
 * Unwraps the data key with the first recipient that can, or from enough groups' shares.
 *
 * @throws SopsError that lists each recipient with its reason
 */
export async function unwrapDataKey(
  groups: readonly KeyGroup<WrappedKey>[],
  threshold: number,
  keyring: Keyring,
): Promise<Uint8Array> {
  const failures: SopsError[] = [];
  const shares: Uint8Array[] = [];
  for (const group of groups) {
    const share = await unwrapGroup(group, keyring, failures);
    if (share) shares.push(share);
  }
  if (groups.length === 1 && shares[0]) return shares[0];
  // Without a threshold all shares that were recovered are tried, as sops does; too few give a wrong key, and no value opens.
  const needed = Math.max(threshold, 2);
  try {
    if (groups.length > 1 && shares.length >= needed) return combineShares(shares);
  } finally {
    shares.forEach((share) => share.fill(0));
  }
  throw new SopsError('noDataKey', {
    what: `the data key cannot be had${groups.length > 1 ? ` (${shares.length} of ${needed} shares)` : ''}: ${failures.map(({ what, where }) => `${where ?? ''}: ${what}`).join('; ')}`,
    fix: [...new Set(failures.map(({ fix }) => fix))].filter(Boolean).join(' '),
  });
}

async function unwrapGroup(
  group: KeyGroup<WrappedKey>,
  keyring: Keyring,
  failures: SopsError[],
): Promise<Uint8Array | undefined> {
  for (const key of inDecryptionOrder(group, keyring.decryptionOrder ?? [])) {
    try {
      return await keyring.unwrap(key);
    } catch (error) {
      const { what, fix } = error instanceof SopsError ? error : { what: 'failed', fix: undefined };
      failures.push(new SopsError('noDataKey', { what, where: identityText(key).slice(0, 200), fix }));
    }
  }
  return undefined;
}

/** Kinds of the keyring's order first; the others follow as stored. */
function inDecryptionOrder(group: KeyGroup<WrappedKey>, order: readonly string[]): readonly WrappedKey[] {
  const rank = ({ kind }: WrappedKey) => (order.includes(kind) ? order.indexOf(kind) : order.length);
  return [...group].sort((a, b) => rank(a) - rank(b));
}
