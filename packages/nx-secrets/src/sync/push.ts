import type { Problem } from '../problem';
import { apply, valueFor, type Applied, type Moved } from './apply';
import { preview } from './preview';
import { guarded } from '../aws/guarded';
import type { Desired, Outcome } from './states';
import { replicates, withReplicaKeys } from './replica-keys';
import { readAndPlan, type Planned, type PlanContext } from './read-and-plan';

/** How often a lost compare-and-swap is looked at and planned again. */
const attempts = 4;

/** What a push needs besides the desired secrets. */
export interface PushContext extends PlanContext {
  readonly dryRun: boolean;
  /** Called for each secret that was looked at and planned; again where somebody else moved it meanwhile. */
  readonly planned?: (one: Planned) => void;
  /** Called for each secret whose outcome is known. */
  readonly ended: () => void;
}

/**
 * Brings secrets to their desired state: looks at all, plans all with one look at history, applies all. A secret that
 * somebody else moved meanwhile is looked at again.
 *
 * @returns an outcome for each desired secret; nothing is thrown
 */
export async function push(
  desired: readonly Desired[],
  context: PushContext,
): Promise<ReadonlyMap<Desired, Outcome>> {
  const outcomes = new Map<Desired, Outcome>();
  const end = (one: Desired, outcome: Outcome) => {
    outcomes.set(one, outcome);
    context.ended();
  };
  const tried = new Map<Desired, Moved['tried']>();
  let open = desired;
  for (let attempt = 0; attempt < attempts && open.length > 0; attempt += 1) {
    const planned = await readAndPlan(open, context, end);
    planned.forEach((one) => context.planned?.(one));
    await Promise.all(
      planned.map(async (one) => {
        const applied = await applyOne(one, context);
        if (applied.kind === 'moved') tried.set(one.desired, applied.tried ?? tried.get(one.desired));
        else end(one.desired, credited(applied, tried.get(one.desired)));
      }),
    );
    open = open.filter((one) => !outcomes.has(one));
  }
  for (const one of open) end(one, { kind: 'failed', problem: contended(one) });
  return outcomes;
}

async function applyOne({ desired, action }: Planned, context: PushContext): Promise<Applied> {
  const { dryRun, interruption, sessionFor } = context;
  const compared = 'compare' in action ? action : undefined;
  if (dryRun && !compared && !replicates(action, desired)) return preview(action);
  return guarded(sessionFor(desired), interruption, async (session) => {
    const possible = await withReplicaKeys(action, desired, (region) => sessionFor(desired, region).clients);
    if (!dryRun) return apply(possible, desired, session);
    // Somebody else's secret: whether it would lose keys is what a dry run is for.
    if (compared) await valueFor(compared, desired, session);
    return preview(possible);
  });
}

/** What a second look finds done, the first attempt did. */
const credited = (outcome: Outcome, tried: Moved['tried']): Outcome =>
  tried !== undefined && (outcome.kind === 'unchanged' || outcome.kind === 'repaired')
    ? { ...outcome, kind: tried }
    : outcome;

const contended = ({ names, path }: Desired): Problem => ({
  code: 'contended',
  what: `${names.secretName} was changed by another process in each of ${attempts} attempts`,
  where: path,
  fix: 'Find out who else pushes it (another pipeline of the service?), then sync again.',
});
