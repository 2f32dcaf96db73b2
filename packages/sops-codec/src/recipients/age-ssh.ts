import {
  constants,
  createHash,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  privateDecrypt,
  publicEncrypt,
  type KeyObject,
} from 'node:crypto';
import type { Identity, Recipient } from 'age-encryption';
import type { SshPrivateKey } from './ssh-private-key';
import { decodeBase64, unpadded } from './age-file/base64';
import { derive, open, seal } from './age-file/primitives';
import { x25519Bytes, x25519PrivateKey, x25519PublicKey } from './age-file/x25519-key';

const label = 'age-encryption.org/v1/ssh-ed25519';
const rsaLabel = Buffer.from('age-encryption.org/v1/ssh-rsa');
/** A key wraps one file key only. */
const zeroNonce = new Uint8Array(12);

/**
 * A public SSH key as a recipient of age. Source: age `agessh/agessh.go`
 *
 * @param text a line of an `authorized_keys` file, without options
 * @throws Error for other keys, and for RSA keys of less than 2048 bits
 */
export async function sshRecipient(text: string): Promise<Recipient> {
  // One by one: the bundle takes from each library what is named here.
  const { default: sshpk } = await import('sshpk');
  const { Stanza } = await import('age-encryption');
  const { ed25519 } = await import('@noble/curves/ed25519.js');
  const key = sshpk.parseKey(text, 'ssh');
  const publicKey = key.toBuffer('rfc4253');
  const id = fingerprint(publicKey);
  if (key.type === 'rsa' && Math.ceil(key.size / 8) >= 256) {
    const rsa = createPublicKey(key.toString('pem'));
    return { wrapFileKey: (fileKey) => [new Stanza(['ssh-rsa', id], publicEncrypt(oaep(rsa), fileKey))] };
  }
  if (key.type !== 'ed25519') throw new Error('not an SSH key that age knows');
  const theirs = ed25519.utils.toMontgomery(Uint8Array.from(publicKey.subarray(-32)));
  return {
    wrapFileKey: (fileKey) => {
      const ephemeral = generateKeyPairSync('x25519');
      const share = x25519Bytes(ephemeral.publicKey);
      const shared = exchange(ephemeral.privateKey, theirs);
      const body = seal(wrappingKey(shared, publicKey, share, theirs), zeroNonce, fileKey);
      return [new Stanza(['ssh-ed25519', id, unpadded(share)], body)];
    },
  };
}

/** A private SSH key as an identity of age: opened only where the file is for it. Source: age `agessh/agessh.go` */
export function sshIdentity(key: SshPrivateKey): Identity {
  const id = fingerprint(key.publicKey);
  return {
    unwrapFileKey: async (stanzas) => {
      const stanza = stanzas.find(({ args }) => args[0] === key.kind && args[1] === id);
      if (!stanza) return null;
      const opened = await key.open();
      if (key.kind === 'ssh-rsa') return privateDecrypt(oaep(opened), stanza.body);
      const share = decodeBase64(stanza.args[2] ?? '', 'unpadded');
      if (share?.length !== 32) throw new Error('malformed stanza');
      const shared = exchange(opened, share);
      return (
        open(wrappingKey(shared, key.publicKey, share, x25519Bytes(opened)), zeroNonce, stanza.body) ?? null
      );
    },
  };
}

const fingerprint = (publicKey: Uint8Array): string =>
  unpadded(createHash('sha256').update(publicKey).digest().subarray(0, 4));

const oaep = (key: KeyObject) => ({
  key,
  padding: constants.RSA_PKCS1_OAEP_PADDING,
  oaepHash: 'sha256',
  oaepLabel: rsaLabel,
});

const exchange = (privateKey: KeyObject, theirs: Uint8Array): Buffer =>
  diffieHellman({ privateKey, publicKey: x25519PublicKey(theirs) });

/** The key that encrypts the file key: the exchange is bound to the SSH key itself. */
function wrappingKey(shared: Buffer, publicKey: Uint8Array, share: Uint8Array, theirs: Uint8Array): Buffer {
  const tweak = x25519PrivateKey(derive(new Uint8Array(), publicKey, label));
  return derive(exchange(tweak, shared), Buffer.concat([share, theirs]), label);
}
