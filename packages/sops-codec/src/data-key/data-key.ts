import { randomBytes } from 'node:crypto';
import { exitCodes, SopsError, type SopsErrorCode } from '../model/sops-error';
import { identityText, type KeyGroup, type Recipient, type WrappedKey } from '../recipients/recipient';
import type { FitsFile, Keyring } from '../recipients/keyring';
import { combineShares, splitSecret } from './shamir';

/** Bytes of a data key. */
const keyLength = 32;

/** A new data key: 32 random bytes. */
export const makeDataKey = (): Uint8Array => randomBytes(keyLength);

/**
 * Wraps a data key for all recipients: the key itself for a single group, a share for each of several.
 *
 * @param threshold shares needed to decrypt; 0 means all groups
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
    throw new SopsError('noRecipients', {
      what: 'there are no recipients to encrypt for',
      fix: 'Name at least one in .sops.yaml, in a rule for this file.',
    });
  }
  const shares =
    groups.length === 1 ? [dataKey] : splitSecret(dataKey, groups.length, threshold || groups.length);
  try {
    return await Promise.all(
      // A group that is none is a rejection, too: what others come to is not left without a handler.
      groups.map(async (group, index) =>
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
 * Unwraps the data key with the first recipient that can, or combines it from enough groups' shares.
 *
 * @param fits whether a key is that of the file, for keyrings with several sources; a share cannot be checked
 * @throws SopsError with the reason of each recipient in `failures`
 */
export async function unwrapDataKey(
  groups: readonly KeyGroup<WrappedKey>[],
  threshold: number,
  keyring: Keyring,
  fits?: FitsFile,
): Promise<Uint8Array> {
  const found: Shares[] = [];
  for (const group of groups) {
    const failures: SopsError[] = [];
    // A share has its place on the curve in a byte more.
    const length = groups.length === 1 ? keyLength : keyLength + 1;
    const share = await unwrapGroup(group, keyring, failures, length, groups.length === 1 ? fits : undefined);
    found.push({ share, failures });
  }
  return keyOfShares(found, threshold);
}

/** What a group came to: the key or its share, and why recipients gave none. */
export interface Shares {
  readonly share: Uint8Array | undefined;
  readonly failures: readonly SopsError[];
}

/** The data key of all groups. @throws SopsError with the reason of each recipient in `failures` */
export function keyOfShares(groups: readonly Shares[], threshold: number): Uint8Array {
  const failures = groups.flatMap((group) => group.failures);
  const shares = groups.map(({ share }) => share).filter((share) => share !== undefined);
  if (groups.length === 1 && shares[0]) return shares[0];
  // Without a threshold all recovered shares are tried, as sops does; too few give a wrong key, which decrypts no value.
  const needed = Math.max(threshold, 2);
  try {
    if (groups.length > 1 && shares.length >= needed) return combineShares(shares);
  } finally {
    shares.forEach((share) => share.fill(0));
  }
  const count = groups.length > 1 ? ` (${shares.length} of ${needed} shares)` : '';
  const reasons = failures.map(({ what, where }) => (where ? `${where}: ${what}` : what));
  throw new SopsError(commonCode(failures), {
    what: `could not decrypt the data key${count}: ${reasons.join('; ')}`,
    fix: [...new Set(failures.map(({ fix }) => fix))].filter(Boolean).join(' '),
    failures,
    exitCode: failures.some((one) => one.exitCode === exitCodes.treeDecryption)
      ? exitCodes.treeDecryption
      : undefined,
  });
}

/** The one reason of all recipients, those aside that this machine has no identity for. */
export function commonCode(failures: readonly SopsError[]): SopsErrorCode {
  const codes = [...new Set(failures.map(({ code }) => code))];
  const relevant = codes.length > 1 ? codes.filter((code) => code !== 'noIdentity') : codes;
  const [only = 'noDataKey', ...others] = relevant;
  return others.length > 0 ? 'noDataKey' : only;
}

async function unwrapGroup(
  group: KeyGroup<WrappedKey>,
  keyring: Keyring,
  failures: SopsError[],
  length: number,
  fits: FitsFile | undefined,
): Promise<Uint8Array | undefined> {
  for (const key of inDecryptionOrder(group, keyring.decryptionOrder ?? [])) {
    try {
      const unwrapped = await keyring.unwrap(key, fits);
      if (unwrapped.length === length) return unwrapped;
      unwrapped.fill(0);
      failures.push(wrongLength(key, unwrapped.length, length));
    } catch (error) {
      failures.push(failureOf(key, error));
    }
  }
  return undefined;
}

/** A service that answers with nonsense must not end the recipients behind it. */
const wrongLength = (key: WrappedKey, actual: number, wanted: number): SopsError =>
  new SopsError('badWrappedKey', {
    what: `it gave a key of ${actual} bytes, not ${wanted}`,
    where: identityText(key).slice(0, 200),
    fix: 'Check the address of the key service, or restore the file from Git.',
    // The program goes on with a data key of any length, and fails at the first value.
    exitCode: wanted === keyLength ? exitCodes.treeDecryption : undefined,
  });

/** The reason of one recipient. The text of an unknown error is left out: it may quote the data key. */
function failureOf(key: WrappedKey, error: unknown): SopsError {
  const where = identityText(key).slice(0, 200);
  if (!(error instanceof SopsError)) return new SopsError('recipientFailed', { what: 'failed', where });
  const { code, what, fix, cause } = error;
  return new SopsError(code, { what, where, fix, cause });
}

/** The kinds of the keyring's order first; the others follow in the order of the file. */
function inDecryptionOrder(group: KeyGroup<WrappedKey>, order: readonly string[]): readonly WrappedKey[] {
  const rank = ({ kind }: WrappedKey) => (order.includes(kind) ? order.indexOf(kind) : order.length);
  return [...group].sort((a, b) => rank(a) - rank(b));
}
