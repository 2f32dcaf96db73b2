import { guarded, misuse } from '../model/guarded';
import { SopsError } from '../model/sops-error';
import type { Keyring, KeyringOptions, RememberingKeyring } from './keyring-types';
import { identityText, type Recipient, type WrappedKey } from './recipient';
import { rememberedKeys } from './remembered-keys';
import { inTime } from './time-limit';

/** Joins equal calls to one. `keep` is whether the key that comes of it may be remembered. */
export type Once = (all: string, keep: boolean, call: () => Promise<Uint8Array>) => Promise<Uint8Array>;

/** Milliseconds that a recipient may take, by kind. */
export type Limits = (kind: Recipient['kind']) => number;

/** What a keyring does with its kinds of recipients. */
export interface RecipientCalls {
  readonly resolve?: (recipient: Recipient) => Promise<Recipient>;
  readonly wrap: (recipient: Recipient, key: Uint8Array) => Promise<string>;
  /** `id` is the same text for the same recipient and wrapped key. */
  readonly unwrap: (key: WrappedKey, id: string, once: Once) => Promise<Uint8Array>;
}

/** The options of every keyring. */
export type CommonOptions = Pick<KeyringOptions, 'decryptionOrder' | 'rememberFor' | 'timeLimits'>;

/** Milliseconds that a recipient may take, by the options. */
export const limitsOf =
  ({ timeLimits }: CommonOptions): Limits =>
  (kind) =>
    timeLimits?.[kind] ?? defaultLimits[kind];

/** A keyring over calls: with a time limit for each, and a memory for data keys. */
export function keyringOver(
  options: CommonOptions,
  { resolve, wrap, unwrap }: RecipientCalls,
): RememberingKeyring & Required<Pick<Keyring, 'resolve'>> {
  const { rememberFor = usualLifetime } = options;
  if (!(rememberFor >= 0 && rememberFor < 2 ** 31))
    throw misuse('rememberFor is not a number of milliseconds');
  const keys = rememberedKeys(rememberFor, mostRemembered);
  const limits = limitsOf(options);
  return {
    decryptionOrder: options.decryptionOrder ?? ['age', 'pgp'],
    resolve: guarded('resolve', async (recipient: Recipient) => {
      assertKind(recipient);
      return resolve === undefined ? recipient : beforeDeadline(limits, recipient, resolve(recipient));
    }),
    wrap: guarded('wrap', async (recipient: Recipient, key: Uint8Array) => {
      assertKind(recipient);
      return beforeDeadline(limits, recipient, wrap(recipient, key));
    }),
    unwrap: guarded('unwrap', async (key: WrappedKey) => {
      assertKind(key);
      // A call that hangs must not be joined for ever.
      const once: Once = (all, keep, call) => keys.get(all, keep, () => beforeDeadline(limits, key, call()));
      return beforeDeadline(limits, key, unwrap(key, idOf(key), once));
    }),
    forget: keys.forget,
    [Symbol.dispose]: keys.forget,
  };
}

/** How long a data key that a key service has decrypted is remembered, and how many of them. */
const usualLifetime = 60_000;
const mostRemembered = 100;

/** The same text for the same recipient, in every member, and the same wrapped key. */
function idOf(key: WrappedKey): string {
  const { kind, enc } = key;
  const context =
    key.kind === 'kms' ? Object.entries(key.context ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)) : [];
  const role = key.kind === 'kms' ? [key.role ?? '', key.awsProfile ?? ''] : [];
  return JSON.stringify([kind, identityText(key), ...role, context, enc]);
}

/** A number for each object, which does not keep the object alive. */
export function numbered(): (object: object) => number {
  const numbers = new WeakMap<object, number>();
  let count = 0;
  return (object) => {
    const number = numbers.get(object) ?? (count += 1);
    numbers.set(object, number);
    return number;
  };
}

/** Milliseconds that one recipient may take. Programs have time for a passphrase; KMS has three attempts of its own. */
const defaultLimits: Readonly<Record<Recipient['kind'], number>> = {
  kms: 65_000,
  age: 65_000,
  pgp: 65_000,
  gcp_kms: 40_000,
  azure_kv: 40_000,
  hc_vault: 15_000,
  hckms: 1_000,
};

/** Ends a recipient that never answers: the next one must get its turn. */
async function beforeDeadline<T>(limits: Limits, recipient: Recipient, call: Promise<T>): Promise<T> {
  try {
    return await inTime(call, limits(recipient.kind));
  } catch (error) {
    if (error instanceof SopsError) throw error;
    if (!(error instanceof Error) || error.name !== 'TimeoutError') throw error;
    throw new SopsError('recipientUnreachable', {
      what: `no answer within ${limits(recipient.kind) / 1_000} seconds`,
      where: identityText(recipient).slice(0, 200),
      fix: 'Check the network, and that the service or program is not waiting for input.',
    });
  }
}

/** Only JavaScript has recipients of other kinds. */
function assertKind(recipient: unknown): void {
  const { kind } = Object(recipient) as { readonly kind?: unknown };
  if (!Object.hasOwn(defaultLimits, String(kind))) throw misuse('a recipient has no kind that is known');
}

/** The error of a kind of recipients that nothing here can use. */
export const unsupported = (kind: string): SopsError =>
  new SopsError('unsupportedRecipient', {
    what: `recipients of kind ${kind} are kept in a file, but cannot be used here`,
    fix: 'Use the sops program for this file, or add an age or AWS KMS recipient with it.',
  });
