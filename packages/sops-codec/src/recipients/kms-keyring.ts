import { assertOptions, guarded } from '../model/guarded';
import { SopsError } from '../model/sops-error';
import { kmsClients, unwrapKms, wrapKms } from './aws-kms';
import { keyringOver, numbered } from './keyring-over';
import type { KeyringOptions, RememberingKeyring } from './keyring-types';

/** Options of a keyring for AWS KMS alone. */
export type KmsKeyringOptions = Pick<KeyringOptions, 'awsKms' | 'rememberFor' | 'timeLimits' | 'transport'>;

/** Their names. */
export const kmsKeyringOptions: readonly string[] = ['awsKms', 'rememberFor', 'timeLimits', 'transport'];

/**
 * Creates a keyring for AWS KMS alone: a bundle with it has nothing of other recipients. A file that has others, too, is
 * opened by its recipients of AWS KMS.
 */
export const createKmsKeyring = guarded(
  'createKmsKeyring',
  function createKmsKeyring(options: KmsKeyringOptions = {}): RememberingKeyring {
    assertOptions(options, kmsKeyringOptions, 'createKmsKeyring');
    assertOptions(options.awsKms, ['clientFor'], 'createKmsKeyring, awsKms');
    const clients = kmsClients(options.awsKms, options.transport);
    const numberOf = numbered();
    return keyringOver(
      { ...options, decryptionOrder: ['kms'] },
      {
        wrap: async (recipient, key) => {
          if (recipient.kind !== 'kms') throw notKms(recipient.kind);
          return wrapKms(clients, recipient, key);
        },
        unwrap: async (key, id, once) => {
          if (key.kind !== 'kms') throw notKms(key.kind);
          return unwrapKms(clients, key, key.enc, (client, credentials, call) =>
            once(JSON.stringify([id, numberOf(client), credentials]), true, call),
          );
        },
      },
    );
  },
);

const notKms = (kind: string) =>
  new SopsError('unsupportedRecipient', {
    what: `this keyring is for AWS KMS alone, not for recipients of kind ${kind}`,
    fix: 'Use createKeyring of sops-codec.',
  });
