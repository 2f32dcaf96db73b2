import { toProblem } from '../problem';
import type { Failed } from '../report/report';
import { notBegun, type Interruption } from '../terminal/interruption';
import type { World } from './worlds';

/** Runs a step in its world's bound; what it throws becomes the outcome, and a dead endpoint is asked once. */
export function guarded<T>(
  world: World,
  interruption: Interruption,
  step: (world: World) => Promise<T>,
): Promise<T | Failed> {
  return world.limit(async () => {
    if (interruption.requested()) return { kind: 'failed', problem: notBegun };
    if (world.unreachable) return { kind: 'failed', problem: world.unreachable };
    try {
      return await interruption.during(step(world));
    } catch (error) {
      const problem = toProblem(error);
      if (problem.unreachable) world.unreachable = problem;
      return { kind: 'failed', problem };
    }
  });
}
