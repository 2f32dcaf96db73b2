import { SopsError, type SopsErrorCode } from '../model/sops-error';
import { programTimeout } from './time-limit';

/** The gpg program: `SOPS_GPG_EXEC`, else `gpg`. */
const program = (): string => process.env['SOPS_GPG_EXEC'] ?? 'gpg';

/**
 * Wraps a key through gpg: an armored message. Source: sops `pgp/keysource.go`
 *
 * @param fp fingerprint; a trailing `!` names a subkey
 */
export async function wrapPgp(fp: string, key: Uint8Array, timeout = programTimeout): Promise<string> {
  if (!/^[0-9a-fA-F]{8,64}!?$/.test(fp))
    throw pgpError(
      'badRecipient',
      'not a PGP fingerprint',
      fp,
      'Give the 40 digits that gpg --fingerprint shows.',
    );
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
  const message = await run(
    args,
    key,
    fp,
    'Import the public key: gpg --import, or gpg --recv-keys.',
    timeout,
  );
  return Buffer.from(message).toString('latin1').trimEnd();
}

/** Unwraps a key through gpg, which asks its agent for the secret key. */
export const unwrapPgp = (fp: string, enc: string, timeout = programTimeout): Promise<Uint8Array> =>
  run(
    ['--use-agent', '-d'],
    Buffer.from(enc),
    fp,
    'Import the secret key, or unlock it: gpg --list-secret-keys lists those that you have.',
    timeout,
  );

async function run(
  args: readonly string[],
  input: Uint8Array,
  fp: string,
  fix: string,
  timeout: number,
): Promise<Uint8Array> {
  const { execa } = await import('execa');
  const { failed, timedOut, exitCode, code, stdout } = await execa(program(), args, {
    input,
    encoding: 'buffer',
    reject: false,
    timeout,
    stripFinalNewline: false,
  });
  if (!failed) return stdout;
  if (code === 'ENOENT')
    throw pgpError(
      'missingDependency',
      `${program()} not found`,
      fp,
      'Install GnuPG, or set SOPS_GPG_EXEC to the program.',
    );
  if (timedOut)
    throw pgpError('recipientUnreachable', `gpg gave no answer within ${timeout / 1_000} seconds`, fp, fix);
  throw pgpError('recipientFailed', `gpg failed with ${exitCode ?? code ?? 'a signal'}`, fp, fix);
}

const pgpError = (code: SopsErrorCode, what: string, where: string, fix: string) =>
  new SopsError(code, { what, where: where.slice(0, 80), fix });
