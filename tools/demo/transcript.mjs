import { join } from 'node:path';
import { commandLine, runProgram } from '../programs/run-program.mjs';

/**
 * What is shown of the demo: each command, what came of it, and a mark behind each thing that it proved. Everything
 * that a command printed is kept, so that it can be searched later.
 *
 * @param {{cwd: string, env: Record<string, string | undefined>}} place where commands run unless they say otherwise
 */
export function createTranscript(place) {
  const outputs = [];
  const lines = [];
  const counts = { passed: 0, failed: 0, skipped: 0 };

  function print(line) {
    lines.push(line);
    console.log(line);
  }

  /** Marks something as shown, or as failed with what was seen instead. */
  function check(what, isSo, seen = '') {
    counts[isSo ? 'passed' : 'failed']++;
    print(isSo ? `  ✓ ${what}` : `  ✗ ${what}${seen === '' ? '' : `; seen: ${seen}`}`);
  }

  /**
   * Runs a command and checks that it succeeds.
   *
   * @param {string} program
   * @param {readonly string[]} args
   * @param {{folder?: string, input?: string, note?: string}} [options] folder under the workspace; text for standard
   *   input, which is not shown; what to show of where that text comes from
   * @returns {Promise<string>} what it printed
   */
  async function command(program, args, { folder = '', input, note = '' } = {}) {
    print(`\n${folder}$ ${note}${commandLine(program, args)}`);
    const { exitCode, all } = await runProgram(program, args, {
      cwd: join(place.cwd, folder),
      env: place.env,
      timeout: 180_000,
      ...(input === undefined ? {} : { input }),
    });
    outputs.push(all);
    for (const text of readable(all)) print(`  ${text}`);
    if (exitCode !== 0) check(`${program} succeeds`, false, `exit code ${exitCode}`);
    return all;
  }

  return {
    check,
    command,
    counts,
    heading: (text) => print(`\n── ${text}`),
    /** All that the commands printed. */
    printed: () => outputs.join('\n'),
    /** All that was shown: headings, commands, what came of them, and marks. */
    shown: () => lines.join('\n'),
  };
}

/** The lines that tell something: without blank ones and what npm says about the machine it runs on. */
const readable = (output) =>
  output.split('\n').filter((line) => line.trim() !== '' && !/^npm (warn|notice)/.test(line));
