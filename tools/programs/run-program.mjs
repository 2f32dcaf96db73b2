import { execa } from 'execa';

/** How a command is shown: as one would type it, with quotes where they are needed. */
export function commandLine(program, args) {
  return [program, ...args].map((word) => (/^[\w./:=@%,+~-]+$/.test(word) ? word : `'${word}'`)).join(' ');
}

/**
 * Runs a program without a shell and waits for it.
 *
 * @param {string} program name or path
 * @param {readonly string[]} args
 * @param {import('execa').Options} [options] of execa
 * @returns {Promise<{exitCode: number, stdout: string, stderr: string, all: string}>} also where the program failed;
 *   a program that cannot be started, or that took longer than `timeout`, has the exit code 127
 */
export async function runProgram(program, args, options = {}) {
  const result = await execa(program, args, { reject: false, all: true, ...ownInput(options), ...options });
  const { exitCode = 127, stdout = '', stderr = '', all = result.shortMessage ?? '' } = result;
  return { exitCode, stdout, stderr, all };
}

/** As `runProgram`, and throws with the program's own output where it fails. */
export async function needProgram(program, args, options = {}) {
  const result = await runProgram(program, args, options);
  if (result.exitCode !== 0) {
    throw new Error(`${commandLine(program, args)}: exit code ${result.exitCode}\n${result.all}`);
  }
  return result;
}

/** Nothing started here may wait for a terminal. */
const ownInput = ({ input, stdin }) =>
  input === undefined && stdin === undefined ? { stdin: 'ignore' } : {};
