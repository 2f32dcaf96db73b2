import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
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
  if (file !== undefined) return (await readFile(file)).toString('utf8');
  if (isInteractive()) return promptForValue(key);
  const value = (await text(process.stdin)).replace(/\r?\n$/, '');
  return value === '' ? fail(noValue(key)) : value;
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
