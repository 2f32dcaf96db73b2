import { SopsError } from '../model/sops-error';
import { ageIdentities, unwrapAge, wrapAge } from './age';
import type { AgeOptions } from './age-options';
import { azureCredential, resolveAzure, unwrapAzure, wrapAzure, type AzureOptions } from './azure-key-vault';
import { gcpClient, unwrapGcp, wrapGcp } from './gcp-kms';
import { kmsClients, unwrapKms, wrapKms, type KmsOptions } from './aws-kms';
import { unwrapPgp, wrapPgp } from './pgp';
import { identityText, type Recipient, type WrappedKey } from './recipient';
import { inTime } from './time-limit';
import type { Transport } from './transport';
import { unwrapVault, wrapVault } from './vault';

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
}

/** Creates a keyring. Its clients and identities are created once and used for all files. */
export function createKeyring(options: KeyringOptions = {}): Keyring {
  const { transport } = options;
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
    resolve: (recipient) =>
      recipient.kind === 'azure_kv'
        ? beforeDeadline(limits, recipient, resolveAzure(azure, recipient))
        : Promise.resolve(recipient),
    wrap: (recipient, key) => beforeDeadline(limits, recipient, wrap(recipient, key)),
    unwrap: unwrapTogether((key) => beforeDeadline(limits, key, unwrap(key))),
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
    switch (key.kind) {
      case 'kms':
        return unwrapKms(clients, key, key.enc);
      case 'age':
        return unwrapAge(identities, key.recipient, key.enc);
      case 'pgp':
        return unwrapPgp(key.fp, key.enc, pgpLimit);
      case 'gcp_kms':
        return unwrapGcp(gcp, key.resourceId, key.enc);
      case 'azure_kv':
        return unwrapAzure(azure, key, key.enc);
      case 'hc_vault':
        return unwrapVault(key, key.enc, transport);
      case 'hckms':
        throw unsupported(key.kind);
    }
  }
}

/**
 * Equal wrapped keys that are unwrapped at the same time are one call: 200 copies of a file ask KMS once. Each caller gets
 * its own copy of the key, and nothing is kept when the last one has it.
 */
export function unwrapTogether(unwrap: Keyring['unwrap']): Keyring['unwrap'] {
  const calls = new Map<string, { readonly key: Promise<Uint8Array>; waiting: number }>();
  return async (wrapped) => {
    const id = JSON.stringify([wrapped.kind, identityText(wrapped), wrapped.enc]);
    const call = calls.get(id) ?? { key: unwrap(wrapped), waiting: 0 };
    calls.set(id, call);
    call.waiting += 1;
    try {
      return Uint8Array.from(await call.key);
    } finally {
      call.waiting -= 1;
      if (call.waiting === 0) {
        calls.delete(id);
        void call.key.then(
          (key) => key.fill(0),
          () => undefined,
        );
      }
    }
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

const unsupported = (kind: string) =>
  new SopsError('unsupportedRecipient', {
    what: `recipients of kind ${kind} are kept in a file, but cannot be used here`,
    fix: 'Use the sops program for this file, or add an age or AWS KMS recipient with it.',
  });
