import { toProblem } from '../problem';
import type { Failed } from '../report/report';
import { notBegun, type Interruption } from '../terminal/interruption';
import type { World } from './worlds';

/**
 * Runs a step in its world's bound; what it throws becomes the outcome. Where a step got no answer, nor did any other from
 * its beginning on, the endpoint is dead: those that are not begun do not wait for the same. A connection that drops while
 * others are answered is that step's own misfortune.
 */
export function guarded<T>(
  world: World,
  interruption: Interruption,
  step: (world: World) => Promise<T>,
): Promise<T | Failed> {
  return world.limit(async () => {
    if (interruption.requested()) return { kind: 'failed', problem: notBegun };
    if (world.unreachable) return { kind: 'failed', problem: world.unreachable };
    const before = world.answered;
    try {
      const result = await interruption.during(step(world));
      world.answered += 1;
      return result;
    } catch (error) {
      const problem = toProblem(error);
      if (!problem.unreachable) world.answered += 1;
      else if (world.answered === before) world.unreachable = problem;
      return { kind: 'failed', problem };
    }
  });
}
