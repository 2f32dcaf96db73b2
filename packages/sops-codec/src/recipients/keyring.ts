import { guarded, misuse } from '../model/guarded';
import { SopsError } from '../model/sops-error';
import { ageIdentities, unwrapAge, wrapAge } from './age';
import type { AgeOptions } from './age-options';
import { azureCredential, resolveAzure, unwrapAzure, wrapAzure, type AzureOptions } from './azure-key-vault';
import { gcpClient, unwrapGcp, wrapGcp } from './gcp-kms';
import { kmsClients, unwrapKms, wrapKms, type KmsOptions } from './aws-kms';
import { unwrapPgp, wrapPgp } from './pgp';
import { identityText, type Recipient, type WrappedKey } from './recipient';
import { rememberedKeys } from './remembered-keys';
import { inTime } from './time-limit';
import type { Transport } from './transport';
import { unwrapVault, vaultIdentity, wrapVault } from './vault';

/** Whether a data key is the one of a file: only that one decrypts its MAC. */
export type FitsFile = (dataKey: Uint8Array) => boolean;

/** Wraps data keys for recipients, and unwraps them with its identities. Your own object can be one. */
export interface Keyring {
  /** Completes a recipient before its key is wrapped: with the newest version of a key, for example. */
  readonly resolve?: (recipient: Recipient) => Promise<Recipient>;
  /** Wraps a key for a recipient. Returns the text that the file stores. */
  readonly wrap: (recipient: Recipient, key: Uint8Array) => Promise<string>;
  /** Unwraps a key of a file. `fits` is there where the key can be checked: several sources may then be tried. */
  readonly unwrap: (key: WrappedKey, fits?: FitsFile) => Promise<Uint8Array>;
  /** Kinds of recipients that are tried first, in this order. */
  readonly decryptionOrder?: readonly string[] | undefined;
}

/** Where a keyring gets identities and clients from: the environment, as sops reads it, where absent. */
export interface KeyringOptions {
  /** Identities of age. */
  readonly age?: AgeOptions | undefined;
  /** Clients of AWS KMS. */
  readonly awsKms?: KmsOptions | undefined;
  /** Credentials of Azure. */
  readonly azure?: AzureOptions | undefined;
  /** Kinds of recipients that are tried first, in this order; age and pgp where absent. */
  readonly decryptionOrder?: readonly string[] | undefined;
  /**
   * `private` calls AWS KMS, Vault and GCP KMS over TLS or on this machine only; `any`, the default, also without TLS, as
   * sops does. A client that `awsKms.clientFor` gives is used as it is.
   */
  readonly transport?: Transport | undefined;
  /** Milliseconds that one recipient may take before the next one has its turn, by kind. */
  readonly timeLimits?: { readonly [Kind in Recipient['kind']]?: number | undefined } | undefined;
  /**
   * Milliseconds that a data key is remembered which AWS KMS, GCP KMS, Azure Key Vault or Vault has decrypted, so that copies
   * of a file are one call: 60,000 where absent, 0 for not at all. Access that is taken away meanwhile is noticed after
   * that. At most 100 keys are remembered, each for the client and the credentials that decrypted it.
   */
  readonly rememberFor?: number | undefined;
}

/** A keyring that remembers data keys. */
export interface RememberingKeyring extends Keyring {
  /** Fills the data keys that are remembered with zeros. The keyring can still be used. */
  readonly forget: () => void;
  /** `forget`, at the end of the block of a `using` declaration. */
  readonly [Symbol.dispose]: () => void;
}

/** Creates a keyring. Its clients and identities are created once and used for all files. */
export const createKeyring = guarded(
  'createKeyring',
  function createKeyring(options: KeyringOptions = {}): RememberingKeyring {
    const { transport, rememberFor = usualLifetime } = options;
    if (!(rememberFor >= 0 && rememberFor < 2 ** 31))
      throw misuse('rememberFor is not a number of milliseconds');
    const keys = rememberedKeys(rememberFor, mostRemembered);
    const numberOf = numbered();
    const clients = kmsClients(options.awsKms, transport);
    const limits = (kind: Recipient['kind']) => options.timeLimits?.[kind] ?? defaultLimits[kind];
    // A program ends before its recipient's time is up: what else the recipient can try has a turn.
    const age = { timeout: limits('age') * 0.9, ...options.age };
    const pgpLimit = limits('pgp') * 0.9;
    const identities = ageIdentities(age);
    const azure = azureCredential(options.azure);
    const gcp = gcpClient(transport);
    return {
      decryptionOrder: options.decryptionOrder ?? ['age', 'pgp'],
      resolve: guarded('resolve', async (recipient: Recipient) => {
        assertKind(recipient);
        return recipient.kind === 'azure_kv'
          ? beforeDeadline(limits, recipient, resolveAzure(azure, recipient))
          : recipient;
      }),
      wrap: guarded('wrap', async (recipient: Recipient, key: Uint8Array) => {
        assertKind(recipient);
        return beforeDeadline(limits, recipient, wrap(recipient, key));
      }),
      unwrap: guarded('unwrap', async (key: WrappedKey) => {
        assertKind(key);
        return beforeDeadline(limits, key, unwrap(key));
      }),
      forget: keys.forget,
      [Symbol.dispose]: keys.forget,
    };

    async function wrap(recipient: Recipient, key: Uint8Array): Promise<string> {
      switch (recipient.kind) {
        case 'kms':
          return wrapKms(clients, recipient, key);
        case 'age':
          return wrapAge(recipient.recipient, key, age);
        case 'pgp':
          return wrapPgp(recipient.fp, key, pgpLimit);
        case 'gcp_kms':
          return wrapGcp(gcp, recipient.resourceId, key);
        case 'azure_kv':
          return wrapAzure(azure, recipient, key);
        case 'hc_vault':
          return wrapVault(recipient, key, transport);
        case 'hckms':
          throw unsupported(recipient.kind);
      }
    }

    async function unwrap(key: WrappedKey): Promise<Uint8Array> {
      const id = idOf(key);
      // A call that hangs must not be joined for ever.
      const once = (all: string, keep: boolean, call: () => Promise<Uint8Array>) =>
        keys.get(all, keep, () => beforeDeadline(limits, key, call()));
      switch (key.kind) {
        case 'kms':
          return unwrapKms(clients, key, key.enc, (client, credentials, call) =>
            once(JSON.stringify([id, numberOf(client), credentials]), true, call),
          );
        case 'age':
          return once(id, false, () => unwrapAge(identities, key.recipient, key.enc));
        case 'pgp':
          return once(id, false, () => unwrapPgp(key.fp, key.enc, pgpLimit));
        case 'gcp_kms':
          return once(id, true, () => unwrapGcp(gcp, key.resourceId, key.enc));
        case 'azure_kv':
          return once(id, true, () => unwrapAzure(azure, key, key.enc));
        case 'hc_vault':
          return once(JSON.stringify([id, await vaultIdentity()]), true, () =>
            unwrapVault(key, key.enc, transport),
          );
        case 'hckms':
          throw unsupported(key.kind);
      }
    }
  },
);

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
function numbered(): (object: object) => number {
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
async function beforeDeadline<T>(
  limits: (kind: Recipient['kind']) => number,
  recipient: Recipient,
  call: Promise<T>,
): Promise<T> {
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

const unsupported = (kind: string) =>
  new SopsError('unsupportedRecipient', {
    what: `recipients of kind ${kind} are kept in a file, but cannot be used here`,
    fix: 'Use the sops program for this file, or add an age or AWS KMS recipient with it.',
  });
