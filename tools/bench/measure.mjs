import { performance } from 'node:perf_hooks';

/** The middle of some numbers. */
export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/**
 * Runs two steps in turn (A B A B …) after one uncounted run of each, so that a machine whose speed drifts does the same
 * to both.
 *
 * @param {number} runs counted runs of each
 * @param {{ ours: () => Promise<void>, theirs: () => Promise<void> }} steps
 * @returns medians in milliseconds, and the median of the ratios ours/theirs pair by pair
 */
export async function inTurn(runs, { ours, theirs }) {
  const time = async (step) => {
    const start = performance.now();
    await step();
    return performance.now() - start;
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
