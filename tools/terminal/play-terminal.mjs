import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import { repository } from '../packages.mjs';

/** Whether there is what plays a terminal. */
export const canPlayTerminal =
  process.platform !== 'win32' &&
  execaSync('python3', ['-c', 'import termios'], { reject: false }).exitCode === 0;

/**
 * Runs a program in a terminal of its own, and pastes into it once it asks.
 *
 * @param {{argv: readonly string[], prompt: string, keys: string, then?: string, marks: boolean}} play `prompt`: what is
 *   waited for; `keys`: what is pasted; `then`: what is typed behind it; `marks`: whether the terminal marks pastes
 * @param {{cwd: string, env: Record<string, string | undefined>}} options
 * @returns {Promise<{shown: string, exitCode: number, restored: boolean, waiting: number}>} `waiting`: bytes that the shell
 *   would read next
 */
export async function playTerminal({ keys, then = '', ...play }, options) {
  const base64 = (text) => Buffer.from(text).toString('base64');
  const plan = { output: 'terminal', env: {}, ...play, keys: base64(keys), then: base64(then) };
  const player = join(repository, 'tools/terminal/play.py');
  const { stdout } = await execa('python3', [player, JSON.stringify(plan)], options);
  return JSON.parse(stdout);
}
