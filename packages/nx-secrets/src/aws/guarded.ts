import { toProblem } from '../problem';
import type { Failed } from '../report/report';
import { notBegun, type Interruption } from '../terminal/interruption';
import { callsAtOnce } from './clients';
import type { World } from './worlds';

/**
 * Runs a step in its world's bound; what it throws becomes the outcome. Once as many steps as run at once got no answer, and
 * none in between did, the endpoint is dead: the others do not wait for the same. One dropped connection proves nothing.
 */
export function guarded<T>(
  world: World,
  interruption: Interruption,
  step: (world: World) => Promise<T>,
): Promise<T | Failed> {
  return world.limit(async () => {
    if (interruption.requested()) return { kind: 'failed', problem: notBegun };
    if (world.unreachable && world.unanswered >= callsAtOnce)
      return { kind: 'failed', problem: world.unreachable };
    try {
      const result = await interruption.during(step(world));
      world.unanswered = 0;
      return result;
    } catch (error) {
      const problem = toProblem(error);
      world.unanswered = problem.unreachable ? world.unanswered + 1 : 0;
      if (problem.unreachable) world.unreachable = problem;
      return { kind: 'failed', problem };
    }
  });
}
