import { apply } from './apply';
import { foreseen } from './foreseen';
import { guarded } from './guarded';
import type { Desired, Outcome } from './states';
import { survey, type Planned, type SurveyContext } from './survey';

/** How often a lost compare-and-swap is looked at and planned again. */
const attempts = 4;

/** What a push needs besides the desired secrets. */
export interface PushContext extends SurveyContext {
  readonly dryRun: boolean;
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
  let open = desired;
  for (let attempt = 0; attempt < attempts && open.length > 0; attempt += 1) {
    const planned = await survey(open, context, end);
    await Promise.all(
      planned.map(async (one) => {
        const outcome = await applyOne(one, context);
        if (outcome !== 'moved') end(one.desired, outcome);
      }),
    );
    open = open.filter((one) => !outcomes.has(one));
  }
  for (const one of open) end(one, { kind: 'failed', problem: contended(one) });
  return outcomes;
}

async function applyOne({ desired, action }: Planned, context: PushContext): Promise<Outcome | 'moved'> {
  if (context.dryRun) return foreseen(action);
  const applied = await guarded(context.worldOf(desired), context.interruption, (world) =>
    apply(action, desired, world),
  );
  return applied.kind === 'moved' ? 'moved' : applied;
}

const contended = ({ names, path }: Desired) => ({
  what: `${names.secretName} was changed by somebody else each of the ${attempts} times that it was looked at`,
  where: path,
  fix: 'See who pushes it (another pipeline of the same service?), then sync again.',
});
