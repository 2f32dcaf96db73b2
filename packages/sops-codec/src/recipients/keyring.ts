import { assertOptions, guarded } from '../model/guarded';
import { ageIdentities, unwrapAge, wrapAge } from './age';
import { azureCredential, resolveAzure, unwrapAzure, wrapAzure } from './azure-key-vault';
import { gcpClient, unwrapGcp, wrapGcp } from './gcp-kms';
import { kmsClients, unwrapKms, wrapKms } from './aws-kms';
import { keyringOver, limitsOf, numbered, unsupported, type Once } from './keyring-over';
import { kmsKeyringOptions } from './kms-keyring';
import type { KeyringOptions, RememberingKeyring } from './keyring-types';
import { unwrapPgp, wrapPgp } from './pgp';
import type { Recipient, WrappedKey } from './recipient';
import { unwrapVault, vaultIdentity, wrapVault } from './vault';

export type { FitsFile, Keyring, KeyringOptions, RememberingKeyring } from './keyring-types';

const keyringOptions = [...kmsKeyringOptions, 'age', 'azure', 'decryptionOrder'];
const ageOptions = ['identities', 'sshKeys', 'plugins', 'ask', 'tell', 'timeout'];

/** Creates a keyring. Its clients and identities are created once and used for all files. */
export const createKeyring = guarded(
  'createKeyring',
  function createKeyring(options: KeyringOptions = {}): RememberingKeyring {
    assertOptions(options, keyringOptions, 'createKeyring');
    assertOptions(options.age, ageOptions, 'createKeyring, age');
    assertOptions(options.awsKms, ['clientFor'], 'createKeyring, awsKms');
    assertOptions(options.azure, ['credential'], 'createKeyring, azure');
    const { transport } = options;
    const limits = limitsOf(options);
    const numberOf = numbered();
    const clients = kmsClients(options.awsKms, transport);
    // A program ends before its recipient's time is up: what else the recipient can try has a turn.
    const age = { timeout: limits('age') * 0.9, ...options.age };
    const pgpLimit = limits('pgp') * 0.9;
    const identities = ageIdentities(age);
    const azure = azureCredential(options.azure);
    const gcp = gcpClient(transport);
    const resolve = async (recipient: Recipient): Promise<Recipient> =>
      recipient.kind === 'azure_kv' ? resolveAzure(azure, recipient) : recipient;
    return keyringOver(options, { resolve, wrap, unwrap });

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

    async function unwrap(key: WrappedKey, id: string, once: Once): Promise<Uint8Array> {
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
