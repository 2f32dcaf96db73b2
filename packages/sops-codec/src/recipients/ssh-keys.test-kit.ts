import { generateKeyPairSync } from 'node:crypto';
import sshpk from 'sshpk';

/** A new SSH key as `ssh-keygen` writes it: the private file, and the line of the `.pub` file. */
export interface SshKeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** Makes a key; one with a passphrase is encrypted as OpenSSH does it. */
export function sshKeyPair(type: 'ed25519' | 'rsa', passphrase?: string, bits = 2048): SshKeyPair {
  const pkcs8 = { type: 'pkcs8', format: 'pem' } as const;
  const spki = { type: 'spki', format: 'pem' } as const;
  const pem =
    type === 'rsa'
      ? generateKeyPairSync('rsa', {
          modulusLength: bits,
          privateKeyEncoding: pkcs8,
          publicKeyEncoding: spki,
        })
      : generateKeyPairSync('ed25519', { privateKeyEncoding: pkcs8, publicKeyEncoding: spki });
  const key = sshpk.parsePrivateKey(pem.privateKey, 'pem');
  const privateKey = key.toString('ssh', passphrase ? { passphrase } : undefined);
  return { privateKey, publicKey: key.toPublic().toString('ssh').replace(' (unnamed)', '') };
}
