import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { nearFile } from '../files/near-file';
import { throwProblem, escapeControlCharacters, type Problem } from '../problem';
import { inCi } from './ci';
import { askHidden, type HiddenAnswer } from './hidden-prompt';
import { openScreen } from './terminal';

/** Where a value comes from, besides prompt and standard input. */
export interface ValueSource {
  /** Path of a file to read, relative to the working directory. */
  readonly fromFile?: string | undefined;
  /** The value is an empty text. */
  readonly empty?: boolean | undefined;
}

/** What Nx itself takes for "ask nothing"; it keeps the flag to itself. */
const noQuestions = ['--no-interactive', '--interactive=false'];

/** Whether somebody is there to be asked, at a terminal that can move its cursor. */
export const isInteractive = (): boolean =>
  process.stdin.isTTY &&
  process.stdout.isTTY &&
  process.env['TERM'] !== 'dumb' &&
  !inCi() &&
  !process.argv.some((argument) => noQuestions.includes(argument));

/**
 * Takes a value: from a file as it is; else from a hidden prompt where standard input is a terminal; else from standard
 * input. From the last two without the one line break that `echo` puts behind it, and that comes with a copied line.
 *
 * @param key the name under which the value will be, for messages
 * @param command that sets the key, for messages
 * @throws ProblemError where there is none, or one that is not text
 */
export async function readValue(
  key: string,
  { fromFile, empty }: ValueSource,
  command: string,
): Promise<string> {
  if (empty) return fromFile === undefined ? '' : throwProblem(emptyAndFile);
  if (fromFile !== undefined) return textOf(await bytesOf(fromFile), key, fromFile);
  if (process.stdin.isTTY) return promptForValue(key, command);
  const value = textOf(await buffer(process.stdin), key, 'standard input').replace(/\r?\n$/, '');
  return value === '' ? throwProblem(noValue(key, command)) : value;
}

/** On a terminal nothing is read but from the prompt: the terminal would show it, and cut lines at 4,096 bytes. */
async function promptForValue(key: string, command: string): Promise<string> {
  const screen = inCi() ? undefined : screenOfPrompt();
  if (!screen) return throwProblem(noValue(key, command));
  try {
    const isPlain = process.env['TERM'] === 'dumb';
    const message = `Value of ${escapeControlCharacters(key)} (hidden; Enter ends it)`;
    const answer = await askHidden(message, process.stdin, { write: screen.write, isPlain });
    if (answer.kind === 'value' && answer.text !== '') return answer.text;
    return throwProblem(refusal(answer, key, command));
  } finally {
    screen.close();
  }
}

const screenOfPrompt = () =>
  process.stdout.isTTY
    ? { write: (text: string) => void process.stdout.write(text), close: () => undefined }
    : openScreen();

function refusal({ kind }: HiddenAnswer, key: string, command: string): Problem {
  if (kind === 'not-text') return notText(key, 'the hidden prompt');
  const what = whatCannotBeTaken[kind];
  if (what === undefined) return noValue(key, command);
  return {
    code: 'ambiguousInput',
    what: `${what}, so nothing was changed: ${key} would be truncated`,
    where: 'the hidden prompt',
    fix: `Pass the value in a file or pipe it into the command:\n${command} --from-file=<path>`,
  };
}

const whatCannotBeTaken: Readonly<Partial<Record<HiddenAnswer['kind'], string>>> = {
  'several-lines': 'several lines arrived at once, and this terminal cannot tell a paste from typing',
  'key-codes': 'control characters arrived within text, and this terminal cannot tell a paste from typing',
  'too-long': 'more than a million characters arrived',
};

const bytesOf = (path: string): Promise<Uint8Array> =>
  readFile(path).catch(async (error: unknown) => {
    const code =
      typeof error === 'object' && error !== null && 'code' in error
        ? String(error.code)
        : 'an unknown error';
    return throwProblem({
      code: 'unreadableInput',
      what: `the file with the value ${code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`}, so nothing was changed`,
      where: `--from-file=${path}`,
      fix: `${code === 'ENOENT' ? await nearFile(resolve(path)) : ''}Pass the path of a readable file, relative to ${process.cwd()}.`,
    });
  });

/** Bytes that are no text are refused: they would be replaced, and the secret would be another. */
function textOf(bytes: Uint8Array, key: string, where: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return throwProblem(notText(key, where));
  }
}

const notText = (key: string, where: string): Problem => ({
  code: 'notText',
  what: `the value for ${key} is not UTF-8 text, which is all this secret file can hold; nothing was changed`,
  where,
  fix: 'Encode it as text, for example with "base64 FILE", and let the service decode it. Or keep the bytes in a secret file of their own, secrets/<stage>.enc.bin; in the service\'s folder:\nnpx sops-codec encrypt --filename-override secrets/<stage>.enc.bin --output secrets/<stage>.enc.bin <file>',
});

const noValue = (key: string, command: string): Problem => ({
  code: 'noValue',
  what: `no value was given for ${key}, so nothing was changed`,
  where: 'standard input',
  fix: `Answer the prompt or pipe the value in; it is never read from the command line, which others can see. For a file or an empty value:\n${command} --from-file=<path>\n${command} --empty`,
});

const emptyAndFile: Problem = {
  code: 'conflictingOptions',
  what: '--empty and --from-file cannot be combined',
  where: '--empty, --from-file',
  fix: 'Pass one of the two.',
};
