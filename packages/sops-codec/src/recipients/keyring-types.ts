import type { AgeOptions } from './age-options';
import type { KmsOptions } from './aws-kms';
import type { AzureOptions } from './azure-key-vault';
import type { Recipient, WrappedKey } from './recipient';
import type { Transport } from './transport';

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
