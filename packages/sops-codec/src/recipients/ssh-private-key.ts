import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import type { PrivateKey } from 'sshpk';
import { SopsError } from '../model/sops-error';
import { x25519PrivateKey } from './age-file/x25519-key';

/** Kinds of SSH keys that age knows. */
export type SshKind = 'ssh-ed25519' | 'ssh-rsa';

/** A private SSH key whose secret part is read when it is needed: it may be protected by a passphrase. */
export interface SshPrivateKey {
  readonly kind: SshKind;
  /** The public key in the binary form of RFC 4253. */
  readonly publicKey: Uint8Array;
  /** The key as age uses it: an X25519 key for ssh-ed25519. */
  readonly open: () => Promise<KeyObject>;
}

/** Asks for a passphrase; `undefined` where nobody can answer. */
export type AskPassphrase = (question: string) => Promise<string | undefined>;

/**
 * Reads a private key: OpenSSH, PKCS #1 or PKCS #8.
 *
 * @param where file or variable, for messages
 * @param publicText the `.pub` file; needed for encrypted keys of an older format than OpenSSH's only
 * @throws SopsError `noIdentity` for other texts
 */
export async function readSshPrivateKey(
  text: string,
  where: string,
  ask: AskPassphrase | undefined,
  publicText?: () => Promise<string>,
): Promise<SshPrivateKey> {
  const { default: sshpk } = await import('sshpk');
  try {
    const key = sshpk.parsePrivateKey(text, 'auto', { filename: where });
    return { ...publicPart(key.toPublic(), where), open: () => Promise.resolve(ageKey(key)) };
  } catch (error) {
    if (!(error instanceof sshpk.KeyEncryptedError)) throw unreadable(where, error);
  }
  const publicKey = publicTextIn(text) ?? (await publicText?.().catch(() => undefined));
  if (!publicKey) {
    throw new SopsError('noIdentity', {
      what: 'the SSH key is protected by a passphrase, and its public key is not next to it',
      where,
      fix: `Write the public key: ssh-keygen -y -f ${where} > ${where}.pub`,
    });
  }
  let opened: Promise<KeyObject> | undefined;
  return { ...publicPart(parsePublic(publicKey), where), open: () => (opened ??= open()) };

  function parsePublic(line: string) {
    try {
      return sshpk.parseKey(line, 'ssh');
    } catch (error) {
      throw unreadable(`${where}.pub`, error);
    }
  }

  async function open(): Promise<KeyObject> {
    const passphrase = await ask?.(`Passphrase of ${where}: `);
    if (!passphrase) {
      throw new SopsError('noIdentity', {
        what: 'the SSH key is protected by a passphrase, and there is no terminal to enter it',
        where,
        fix: 'Decrypt in a terminal, or use an age identity (SOPS_AGE_KEY).',
      });
    }
    try {
      return ageKey(sshpk.parsePrivateKey(text, 'auto', { filename: where, passphrase }));
    } catch {
      throw new SopsError('noIdentity', {
        what: 'the passphrase does not open the SSH key',
        where,
        fix: 'Try again with its passphrase.',
      });
    }
  }
}

function publicPart(
  key: { readonly type: string; toBuffer: (format: 'rfc4253') => Buffer },
  where: string,
): Pick<SshPrivateKey, 'kind' | 'publicKey'> {
  const kind = { ed25519: 'ssh-ed25519', rsa: 'ssh-rsa' }[key.type] as SshKind | undefined;
  if (kind) return { kind, publicKey: key.toBuffer('rfc4253') };
  throw new SopsError('noIdentity', {
    what: `age knows no SSH keys of type ${key.type}`,
    where,
    fix: 'Use a key of type ed25519 or rsa.',
  });
}

/** age uses Ed25519 keys for a key exchange. Source: C2SP age, "The ssh-ed25519 recipient type"; RFC 8032, 5.1.5 */
function ageKey(key: PrivateKey): KeyObject {
  if (key.type === 'rsa') return createPrivateKey(key.toString('pkcs1'));
  const seed = new Map(Object.entries(key.part)).get('k')?.data ?? Buffer.alloc(0);
  return x25519PrivateKey(createHash('sha512').update(seed).digest().subarray(0, 32));
}

/** OpenSSH keeps the public key readable in an encrypted file. Source: openssh-portable, PROTOCOL.key */
function publicTextIn(text: string): string | undefined {
  const [, base64] = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]*)-----END/.exec(text) ?? [];
  const bytes = Buffer.from(base64 ?? '', 'base64');
  let at = 'openssh-key-v1\0'.length;
  const next = () => {
    const length = bytes.readUInt32BE(at);
    at += 4 + length;
    return bytes.subarray(at - length, at);
  };
  try {
    // Cipher, key derivation and its options, and the number of keys.
    for (let skipped = 0; skipped < 3; skipped += 1) next();
    at += 4;
    const publicKey = next();
    const name = publicKey.subarray(4, 4 + publicKey.readUInt32BE(0)).toString('latin1');
    return `${name} ${publicKey.toString('base64')}`;
  } catch {
    return undefined;
  }
}

/** The library's message may quote the key. */
const unreadable = (where: string, error: unknown) =>
  new SopsError('noIdentity', {
    what: `not an SSH key that can be read (${error instanceof Error ? error.name : 'no reason given'})`,
    where,
    fix: `Check the file: ssh-keygen -l -f ${where}`,
  });
