import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createKeyring,
  encrypt,
  parse,
  readPlain,
  serialize,
  type EncryptedFile,
  type KeyGroup,
  type Keyring,
  type Recipient,
  type WrappedKey,
} from 'sops-codec';
import { useAwsWorkspace } from '../../testing/aws-workspace.test-kit';

export const user = 'services/user-service';
export const payment = 'services/payment-service';
export const userProd = `${user}/secrets/prod.enc.yaml`;
export const userDev = `${user}/secrets/dev.enc.yaml`;
export const userSecret = '/services/user-service/prod';
export const paymentSecret = '/services/payment-service/prod';
/** What the attacker wants the service to read. */
export const evil = 'postgres://attacker.example/canary-evil';

/**
 * A workspace whose two services are pushed. From here on the attacker may commit, and has no AWS permission: what they
 * encrypt is encrypted under data keys of their own, for recipients of their own.
 */
export function useForgedWorkspace() {
  const workspace = useAwsWorkspace();
  workspace.prepare(async () => {
    await workspace.init({ directory: '', stages: 'dev,prod' });
    for (const [directory, stages] of [
      [user, 'dev,prod'],
      [payment, 'prod'],
    ] as const) {
      await workspace.init({ directory, stages });
      await workspace.set(directory, 'prod', 'DATABASE_URL', 'postgres://honest');
    }
    await workspace.commit();
    await workspace.sync([user, payment], { stages: ['prod'] });
  });
  const file = (path = userProd): EncryptedFile =>
    parse(readFileSync(join(workspace.directory(), path)), 'yaml');
  return {
    ...workspace,
    file,
    put: (changed: EncryptedFile, path = userProd) => workspace.write({ [path]: serialize(changed) }),
    /** The own key's entry of a file, as it is. */
    own: (path = userProd): WrappedKey =>
      file(path)
        .metadata.groups.flat()
        .find(({ kind }) => kind === 'kms')!,
  };
}

/**
 * A file of the attacker's values under a data key that they know.
 *
 * @param groups its recipients, wrapped by a keyring that wraps for anybody
 */
export const forged = (text: string, groups: readonly KeyGroup[], keyring: Keyring): Promise<EncryptedFile> =>
  encrypt(readPlain(text, 'yaml'), { format: 'yaml', groups }, keyring);

/** Wraps for age as anybody can; what else is asked for becomes `enc`, made by `wrap` of the data key. */
export const wrappingAs = (wrap: (key: Uint8Array, recipient: Recipient) => string): Keyring => ({
  wrap: (recipient, key) =>
    recipient.kind === 'age' ? createKeyring().wrap(recipient, key) : Promise.resolve(wrap(key, recipient)),
  unwrap: () => Promise.reject(new Error('the attacker opens nothing')),
});

/** An OpenPGP message with a literal data packet: gpg prints it, whatever keys it has. Source: RFC 9580, section 5.9. */
export function literalPgp(key: Uint8Array): string {
  const body = Buffer.concat([Buffer.from('b'), Buffer.from([0]), Buffer.alloc(4), key]);
  const packet = Buffer.concat([Buffer.from([0xcb, body.length]), body]);
  return `-----BEGIN PGP MESSAGE-----\n\n${packet.toString('base64')}\n-----END PGP MESSAGE-----`;
}
