import { open } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { decrypt, parse, writePlain } from '../file/file';
import { scalarText } from '../formats/codec/scalar-text';
import { SopsError } from '../model/sops-error';
import type { DecryptedFile } from '../file/encrypted-file';
import { keyringOf, layoutOf } from './environment';
import { inputFormat, outputFormat, readInput } from './files';
import { withPrivateDirectory } from './private-file';
import { textOf, type Flags } from './recipient-flags';

async function openFile(file: string, flags: Flags): Promise<DecryptedFile> {
  const opened = await decrypt(
    parse(await readInput(file, 'unreadableInput'), inputFormat(file, flags)),
    keyringOf(flags),
  );
  opened.dataKey.fill(0);
  return opened;
}

/** The command as sops starts it: by the system's shell, since it is one text. Gives the child's exit code. */
async function runShell(
  command: string,
  options: { readonly env: NodeJS.ProcessEnv; readonly user?: string | undefined },
): Promise<number> {
  const [shell, flag] = process.platform === 'win32' ? ['cmd.exe', '/C'] : ['/bin/sh', '-c'];
  const { env, user } = options;
  const [program, args] =
    user === undefined
      ? [shell, [flag, command]]
      : ['setpriv', [`--reuid=${user}`, '--init-groups', shell, flag, command]];
  const { exitCode, code } = await execa(program, args, {
    stdio: 'inherit',
    reject: false,
    env,
    extendEnv: false,
  });
  if (exitCode === undefined && code === 'ENOENT')
    throw new SopsError('generic', {
      what: `${program} is not there to start the command`,
      fix: 'Install it, or leave --user out.',
    });
  // A command that a signal ended has no exit code of its own: sops gives -1.
  return exitCode ?? 255;
}

/** `sops-codec exec-env file command`: each top-level pair as a variable. */
export async function execEnvCommand(file: string, command: string, flags: Flags): Promise<number> {
  const { documents } = await openFile(file, flags);
  const variables = (documents[0]?.items ?? []).flatMap((item): [string, string][] => {
    if (item.kind === 'comment') return [];
    if (item.key.includes('=') || item.value.kind === 'map' || item.value.kind === 'list') {
      throw new SopsError('generic', {
        what: 'a nested value, or a key with "=" in it, cannot be a variable',
        where: `key ${JSON.stringify(item.key)}`,
        fix: 'Use exec-file, or keep such keys in another file.',
      });
    }
    return [[item.key, scalarText(item.value, item.key)]];
  });
  const inherited = flags['pristine'] === true ? {} : process.env;
  return runShell(command, {
    env: { ...inherited, ...Object.fromEntries(variables) },
    user: textOf(flags, 'user'),
  });
}

/** `sops-codec exec-file file command`: `{}` is the path of the plain text, a FIFO unless --no-fifo asks for a file. */
export async function execFileCommand(file: string, command: string, flags: Flags): Promise<number> {
  const { documents } = await openFile(file, flags);
  const text = writePlain(documents, outputFormat(file, flags), layoutOf(flags));
  const name = textOf(flags, 'filename') ?? 'tmp-file';
  if (/[/\\\0]/.test(name) || name === '..')
    throw new SopsError('generic', {
      what: 'not a file name',
      where: '--filename',
      fix: 'Give a name without folders.',
    });
  return withPrivateDirectory(async (directory) => {
    const path = join(directory, name);
    const filled = command.replaceAll('{}', () => path);
    const run = () => runShell(filled, { env: process.env, user: textOf(flags, 'user') });
    const asFile = flags['fifo'] === false || process.platform === 'win32';
    return asFile ? runWithFile(path, text, run) : runWithFifo(path, text, run);
  });
}

async function runWithFile(path: string, text: Uint8Array, run: () => Promise<number>): Promise<number> {
  const handle = await open(path, 'wx', 0o600);
  await handle.writeFile(text);
  await handle.close();
  return run();
}

/** The text goes through a FIFO once: it is never on the disk. */
async function runWithFifo(path: string, text: Uint8Array, run: () => Promise<number>): Promise<number> {
  await execa('mkfifo', ['-m', '600', path]);
  const writing = open(path, 'w').then(async (handle) => {
    // A command that stops reading early closes the pipe: its exit code says what that means.
    await handle.writeFile(text).catch(() => undefined);
    await handle.close();
  });
  const exitCode = await run();
  // A command that never opened the FIFO would leave the writer waiting for a reader.
  const reader = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  await writing;
  await reader.close();
  return exitCode;
}
