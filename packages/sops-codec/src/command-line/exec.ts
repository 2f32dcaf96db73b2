import { open } from 'node:fs/promises';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { withDataKey } from '../data-key/with-data-key';
import { decrypt } from '../file/decrypt';
import { parse, writePlain } from '../file/parse';
import { variableText } from '../formats/codec/variable-text';
import { exitCodes, SopsError } from '../model/sops-error';
import type { Document } from '../model/tree';
import { keyringOf, layoutOf } from './environment';
import { inputFormat, outputFormat, readInput } from './input';
import { withPrivateDirectory } from './private-file';
import { textOf, type Flags } from './arguments/flag';

async function decryptFile(file: string, flags: Flags): Promise<readonly Document[]> {
  const keyring = keyringOf(flags);
  const encrypted = parse(await readInput(file, exitCodes.unreadableInput), inputFormat(file, flags));
  return withDataKey(decrypt(encrypted, keyring), (decrypted) => decrypted.documents);
}

/** Runs a command as sops does: in the system's shell, since it is one text. Returns its exit code. */
async function runShell(
  command: string,
  options: { readonly env: NodeJS.ProcessEnv; readonly flags: Flags },
): Promise<number> {
  const [shell, flag] = process.platform === 'win32' ? ['cmd.exe', '/C'] : ['/bin/sh', '-c'];
  const { env, flags } = options;
  const user = textOf(flags, 'user');
  const [program, args] =
    user === undefined
      ? [shell, [flag, command]]
      : ['setpriv', [`--reuid=${user}`, '--init-groups', shell, flag, command]];
  if (flags['background'] === true) return startInBackground(program, args, env);
  const { exitCode, code } = await execa(program, args, {
    stdio: 'inherit',
    reject: false,
    env,
    extendEnv: false,
  });
  if (exitCode === undefined && code === 'ENOENT')
    throw new SopsError('missingDependency', {
      what: `${program} not found`,
      fix: 'Install it, or omit --user.',
      exitCode: 1,
    });
  // A command that was ended by a signal has no exit code: sops returns -1.
  return exitCode ?? 255;
}

/** Starts a program that nobody waits for. As in sops, a file that it was promised can be gone when it reads it. */
async function startInBackground(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  process.stderr.write('--background is deprecated, and will be removed from sops\n');
  const options = { stdio: 'ignore', detached: true, cleanup: false, reject: false } as const;
  const child = execa(program, args, { ...options, env, extendEnv: false });
  await once(child, 'spawn');
  child.unref();
  return 0;
}

/** `sops-codec exec-env file command`: runs a command with each top-level value as a variable. */
export async function execEnvCommand(file: string, command: string, flags: Flags): Promise<number> {
  if (flags['background'] === true && flags['sameProcess'] === true)
    throw new SopsError('conflictingParameters', {
      what: '--same-process and --background cannot be combined',
      fix: 'Pass one of them.',
    });
  const documents = await decryptFile(file, flags);
  const variables = (documents[0]?.items ?? []).flatMap((item): [string, string][] => {
    if (item.kind === 'comment') return [];
    return [[item.key, variableText(item.value, item.key)]];
  });
  const inherited = flags['pristine'] === true ? {} : process.env;
  return runShell(command, {
    env: { ...inherited, ...Object.fromEntries(variables) },
    flags,
  });
}

/** `sops-codec exec-file file command`: `{}` is the path of the plaintext, a FIFO unless --no-fifo asks for a file. */
export async function execFileCommand(file: string, command: string, flags: Flags): Promise<number> {
  const documents = await decryptFile(file, flags);
  const format = outputFormat(file, flags);
  const text = writePlain(documents, format, await layoutOf(flags, format));
  const name = textOf(flags, 'filename') ?? 'tmp-file';
  if (/[/\\\0]/.test(name) || name === '..')
    throw new SopsError('badUsage', {
      what: 'not a file name',
      where: '--filename',
      fix: 'Pass a name without folders.',
    });
  return withPrivateDirectory(async (directory) => {
    const path = join(directory, name);
    const filled = command.replaceAll('{}', () => path);
    const run = () => runShell(filled, { env: process.env, flags });
    // Nobody would be left to write into a FIFO.
    const asFile = flags['noFifo'] === true || flags['background'] === true || process.platform === 'win32';
    return asFile ? runWithFile(path, text, run) : runWithFifo(path, text, run);
  });
}

async function runWithFile(path: string, text: Uint8Array, run: () => Promise<number>): Promise<number> {
  const handle = await open(path, 'wx', 0o600);
  await handle.writeFile(text);
  await handle.close();
  return run();
}

/** The plaintext goes through a FIFO once: it is never on disk. */
async function runWithFifo(path: string, text: Uint8Array, run: () => Promise<number>): Promise<number> {
  await execa('mkfifo', ['-m', '600', path]);
  const writing = open(path, 'w').then(async (handle) => {
    // A command that stops reading early closes the pipe: its exit code tells whether that is an error.
    await handle.writeFile(text).catch(() => undefined);
    await handle.close();
  });
  const exitCode = await run();
  // If the command never opened the FIFO, the writer still waits for a reader.
  const reader = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  await writing;
  await reader.close();
  return exitCode;
}
