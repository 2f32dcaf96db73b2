import { SopsError } from '../model/sops-error';

/** The gpg program: `SOPS_GPG_EXEC`, else `gpg`. Its home is GNUPGHOME, as ever. */
const program = (): string => process.env['SOPS_GPG_EXEC'] ?? 'gpg';

/** A gpg that asks for a passphrase nobody can type is not waited for longer, in milliseconds. */
const timeout = 60_000;

/**
 * Wraps a key through gpg: an armored message. Source: sops `pgp/keysource.go`
 *
 * @param fp fingerprint; a trailing `!` names a subkey
 */
export async function wrapPgp(fp: string, key: Uint8Array): Promise<string> {
  if (!/^[0-9a-fA-F]{8,64}!?$/.test(fp))
    throw pgpError('not a PGP fingerprint', fp, 'Give the 40 digits that gpg --fingerprint shows.');
  const trusted = fp.replace('!', '').slice(-16);
  const args = [
    '--no-default-recipient',
    '--yes',
    '--batch',
    '--encrypt',
    '-a',
    '-r',
    fp,
    '--trusted-key',
    trusted,
    '--no-encrypt-to',
  ];
  const message = await run(args, key, fp, 'Import the public key: gpg --import, or gpg --recv-keys.');
  return Buffer.from(message).toString('latin1').trimEnd();
}

/** Unwraps a key through gpg, which asks its agent for the secret key. */
export const unwrapPgp = (fp: string, enc: string): Promise<Uint8Array> =>
  run(
    ['--use-agent', '-d'],
    Buffer.from(enc),
    fp,
    'Import the secret key, or unlock it: gpg --list-secret-keys shows what is there.',
  );

async function run(args: readonly string[], input: Uint8Array, fp: string, fix: string): Promise<Uint8Array> {
  const { execa } = await import('execa');
  const { failed, exitCode, code, stdout } = await execa(program(), args, {
    input,
    encoding: 'buffer',
    reject: false,
    timeout,
    stripFinalNewline: false,
  });
  if (!failed) return stdout;
  if (code === 'ENOENT')
    throw pgpError(
      `the program ${program()} is not there`,
      fp,
      'Install GnuPG, or name it in SOPS_GPG_EXEC.',
    );
  throw pgpError(`gpg ended with ${exitCode ?? 'a signal'}`, fp, fix);
}

const pgpError = (what: string, where: string, fix: string) =>
  new SopsError('noDataKey', { what, where: where.slice(0, 80), fix });
