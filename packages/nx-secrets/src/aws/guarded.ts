import { toProblem } from '../problem';
import type { Failed } from '../report';
import { skipped, type Interruption } from '../interruption';
import type { AwsSession } from './session';

/**
 * Runs a step in its session's bound; what it throws becomes the outcome. Where a step got no answer, nor did any other from
 * its beginning on, the endpoint is dead: those that are not begun do not wait for the same. A connection that drops while
 * others are answered is that step's own misfortune.
 */
export function guarded<T>(
  session: AwsSession,
  interruption: Interruption,
  step: (session: AwsSession) => Promise<T>,
): Promise<T | Failed> {
  return session.limit(async () => {
    if (interruption.requested()) return { kind: 'failed', problem: skipped };
    if (session.unreachable) return { kind: 'failed', problem: session.unreachable };
    const before = session.answered;
    try {
      const result = await interruption.during(step(session));
      session.answered += 1;
      return result;
    } catch (error) {
      const problem = toProblem(error);
      if (problem.code !== 'awsUnreachable') session.answered += 1;
      else if (session.answered === before) session.unreachable = problem;
      return { kind: 'failed', problem };
    }
  });
}
