import type { Keyring, Recipient } from 'sops-codec';

/** A recipient of files in tests. */
export const somebody: Recipient = { kind: 'age', recipient: 'age1somebody' };

/** A keyring that wraps nothing: the data key is unencrypted in the file. */
export const openKeyring: Keyring = {
  wrap: (_, key) => Promise.resolve(Buffer.from(key).toString('base64')),
  unwrap: ({ enc }) => Promise.resolve(Uint8Array.from(Buffer.from(enc, 'base64'))),
};
