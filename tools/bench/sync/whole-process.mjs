import { join } from 'node:path';
import { execa } from 'execa';
import { commandLine } from '../../programs/run-program.mjs';

const wrapper = join(import.meta.dirname, 'whole_process.py');

/**
 * Runs a program and measures the whole of it, with all processes that it starts.
 *
 * @param {string} python
 * @param {readonly [string, readonly string[]]} command
 * @param {{cwd: string, env: Record<string, string | undefined>}} options
 * @returns {Promise<{seconds: number, cpu: number, peak: number}>} time on the clock; processor time; memory of the largest
 *   process, in bytes
 * @throws Error with what the program printed where it fails: half a job is not to be compared
 */
export async function measureProcess(python, [program, args], { cwd, env }) {
  const { stdio, all } = await execa(python, [wrapper, program, ...args], {
    cwd,
    env,
    all: true,
    reject: false,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const { code, ...used } = JSON.parse(stdio[3] || '{}');
  if (code !== 0) throw new Error(`${commandLine(program, args)}: exit code ${code}\n${all}`);
  return used;
}
