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
export const playTerminal = ({ prompt, keys, then = '', ...play }, options) =>
  run({ ...play, steps: [{ prompt, keys, then }] }, options);

/**
 * Runs a program in a terminal of its own, and answers what it asks.
 *
 * @param {{argv: readonly string[], answers: readonly (readonly [prompt: string, keys: string])[], columns?: number}} play
 *   each answer is typed once its question is there, behind the one before; `columns`: how wide the terminal is
 * @param {{cwd: string, env: Record<string, string | undefined>}} options
 * @returns {Promise<{shown: string, exitCode: number, restored: boolean, waiting: number, unasked: readonly string[]}>}
 *   `unasked`: questions that were waited for and never came
 */
export const answerInTerminal = ({ answers, ...play }, options) =>
  run(
    { ...play, marks: false, steps: answers.map(([prompt, keys]) => ({ prompt, keys, then: '' })) },
    options,
  );

async function run({ steps, ...play }, options) {
  const base64 = (text) => Buffer.from(text).toString('base64');
  const plan = {
    output: 'terminal',
    env: {},
    ...play,
    steps: steps.map(({ prompt, keys, then }) => ({ prompt, keys: base64(keys), then: base64(then) })),
  };
  const player = join(repository, 'tools/terminal/play.py');
  const { stdout } = await execa('python3', [player, JSON.stringify(plan)], options);
  return JSON.parse(stdout);
}
