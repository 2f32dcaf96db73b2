import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/**
 * Milliseconds of processor time that this process has taken, and its child processes that have ended. Linux only; where
 * there is no /proc, the time of day. The system gives that of children in steps of 10 ms: run many in one step.
 */
export function processorTime() {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const { user, system } = process.cpuUsage();
    return (Number(fields[13]) + Number(fields[14])) * 10 + (user + system) / 1000;
  } catch {
    return performance.now();
  }
}

/** The middle of some numbers. */
export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/**
 * Runs two steps in turn (A B A B …) after one uncounted run of each, so that a machine whose speed drifts does the same
 * to both.
 *
 * @param {number} runs counted runs of each
 * @param {{ ours: () => Promise<void>, theirs: () => Promise<void> }} steps
 * @param {() => number} [clock] in milliseconds: `processorTime` where the machine has other work
 * @returns medians in milliseconds, and the median of the ratios ours/theirs pair by pair
 */
export async function inTurn(runs, { ours, theirs }, clock = () => performance.now()) {
  const time = async (step) => {
    const start = clock();
    await step();
    return clock() - start;
  };
  await ours();
  await theirs();
  const pairs = [];
  for (let run = 0; run < runs; run += 1) pairs.push([await time(ours), await time(theirs)]);
  return {
    ours: median(pairs.map(([a]) => a)),
    theirs: median(pairs.map(([, b]) => b)),
    ratio: median(pairs.map(([a, b]) => a / b)),
  };
}
