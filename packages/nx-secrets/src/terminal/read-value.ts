import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { fail } from '../problem';
import { inCi } from '../workspace/ci';

/** Whether somebody is there to be asked. */
export const isInteractive = (): boolean => process.stdin.isTTY && process.stdout.isTTY && !inCi();

/**
 * Takes a value: from a file as it is; else from a hidden prompt on a terminal; else from standard input, without the
 * one line break that `echo` puts behind it.
 *
 * @param key the name under which the value will stand, for the prompt
 * @param file path of a file to read instead, relative to the working directory
 */
export async function readValue(key: string, file: string | undefined): Promise<string> {
  if (file !== undefined) return textOf(await readFile(file), key, file);
  if (isInteractive()) return promptForValue(key);
  const value = textOf(await buffer(process.stdin), key, 'standard input').replace(/\r?\n$/, '');
  return value === '' ? fail(noValue(key)) : value;
}

/** What is not UTF-8 cannot be kept as it is: other bytes would stand in the file than those that were given. */
function textOf(bytes: Uint8Array, key: string, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail({
      what: `the value given for ${key} is not UTF-8 text, so nothing was changed`,
      where,
      fix: `Encode it as text (base64 ${where === 'standard input' ? '<file>' : where} | npx nx g …:set ${key} …), or keep it in a .enc.bin file of its own.`,
    });
  }
}

async function promptForValue(key: string): Promise<string> {
  const { password, isCancel } = await import('@clack/prompts');
  const value = await password({ message: `Value of ${key} (hidden)` });
  return isCancel(value) || value === undefined || value === '' ? fail(noValue(key)) : value;
}

const noValue = (key: string) => ({
  what: `no value was given for ${key}, so nothing was changed`,
  where: 'standard input',
  fix: `Pipe the value in (pbpaste | npx nx g …:set ${key} …), answer the prompt, or pass --from-file=PATH. It is never taken from the command line, which others can see.`,
});
