import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { fail } from '../problem';
import { inCi } from '../workspace/ci';

/** Where a value comes from, besides prompt and standard input. */
export interface ValueSource {
  /** Path of a file to read, relative to the working directory. */
  readonly fromFile?: string | undefined;
  /** The value is an empty text. */
  readonly empty?: boolean | undefined;
}

/** Whether somebody is there to be asked. */
export const isInteractive = (): boolean => process.stdin.isTTY && process.stdout.isTTY && !inCi();

/**
 * Takes a value: from a file as it is; else from a hidden prompt on a terminal; else from standard input, without the
 * one line break that `echo` puts behind it.
 *
 * @param key the name under which the value will stand, for messages
 * @param command the generator as a user calls it, for messages
 * @throws ProblemError where there is none, or one that is no text
 */
export async function readValue(
  key: string,
  { fromFile, empty }: ValueSource,
  command: string,
): Promise<string> {
  if (empty) return fromFile === undefined ? '' : fail(emptyAndFile);
  if (fromFile !== undefined) return textOf(await bytesOf(fromFile), key, fromFile);
  if (isInteractive()) return promptForValue(key, command);
  const value = textOf(await buffer(process.stdin), key, 'standard input').replace(/\r?\n$/, '');
  return value === '' ? fail(noValue(key, command)) : value;
}

async function promptForValue(key: string, command: string): Promise<string> {
  const { password, isCancel } = await import('@clack/prompts');
  const value = await password({ message: `Value of ${key} (hidden)` });
  return isCancel(value) || value === undefined || value === '' ? fail(noValue(key, command)) : value;
}

const bytesOf = (path: string): Promise<Uint8Array> =>
  readFile(path).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error';
    return fail({
      what: `the file to take the value from ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`}, so nothing was changed`,
      where: `--from-file=${path}`,
      fix: `Pass the path of a file that can be read, relative to ${process.cwd()}.`,
    });
  });

/** Bytes that are no text are refused: they would be replaced, and the secret would be another. */
function textOf(bytes: Uint8Array, key: string, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail({
      what: `the value given for ${key} is no UTF-8 text, and text is all that this secret file holds; nothing was changed`,
      where,
      fix: 'Give it as text: in base64, as "base64 FILE" makes it, and let the service decode it. Or keep the bytes in a stage file of their own, secrets/<stage>.enc.bin: sops encrypt --input-type binary.',
    });
  }
}

const noValue = (key: string, command: string) => ({
  what: `no value was given for ${key}, so nothing was changed`,
  where: 'standard input',
  fix: `Answer the prompt, pipe the value in (pbpaste | ${command} ${key}), or pass --from-file=PATH; --empty sets an empty value. It is never taken from the command line, which others can see.`,
});

const emptyAndFile = {
  what: 'an empty value and one from a file are asked for at once',
  where: '--empty, --from-file',
  fix: 'Pass one of the two.',
};
