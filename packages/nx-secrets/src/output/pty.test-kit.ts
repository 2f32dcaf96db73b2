import { join } from 'node:path';
import { execaSync } from 'execa';

/**
 * Plays a terminal for a program: types once the prompt is there, with marks around it where the program asked for them
 * and the terminal can. Says what was shown, how the program ended, whether the terminal is as it was, and what is left of
 * the input for the shell.
 */
const player = join(__dirname, '../../../../tools/terminal/play.py');

/** Whether there is what plays a terminal. */
export const canPlayTerminal =
  process.platform !== 'win32' &&
  execaSync('python3', ['-c', 'import termios'], { reject: false }).exitCode === 0;

export interface Play {
  readonly argv: readonly string[];
  /** What is waited for before anything is typed. */
  readonly prompt: string;
  /** What is pasted, and what is typed behind it. */
  readonly keys: string | Uint8Array;
  readonly then?: string;
  /** Whether this terminal puts marks around a paste where it is asked to. */
  readonly marks: boolean;
  /** Where the program's output goes. */
  readonly output?: 'terminal' | 'pipe';
  readonly env?: Readonly<Record<string, string>>;
}

export interface Played {
  readonly shown: string;
  readonly exitCode: number;
  readonly restored: boolean;
  /** Bytes that the shell would read next. */
  readonly waiting: number;
}

/** Runs a program in a terminal of its own. */
export function playTerminal({
  prompt,
  keys,
  then = '',
  output = 'terminal',
  env = {},
  ...play
}: Play): Played {
  const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');
  const plan = { ...play, steps: [{ prompt, keys: base64(keys), then: base64(then) }], output, env };
  const { stdout } = execaSync('python3', [player, JSON.stringify(plan)]);
  return JSON.parse(stdout) as Played;
}
