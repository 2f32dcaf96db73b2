import { toProblem } from '../problem';
import { notBegun, type Interruption } from '../terminal/interruption';
import { apply, repairNote } from './apply';
import type { History } from './history';
import { needsHistory, plan, type Waivers } from './plan';
import { readRemote } from './remote';
import type { Action, Desired, Outcome, Remote } from './states';
import type { World } from './worlds';

/** How often a lost compare-and-swap is looked at and planned again. */
const attempts = 4;

/** What a push needs besides the desired secrets. */
export interface PushContext {
  readonly history: History;
  readonly worldOf: (desired: Desired) => World;
  readonly waivers: Waivers;
  readonly dryRun: boolean;
  readonly interruption: Interruption;
  /** Called for each secret whose outcome is known. */
  readonly ended: () => void;
}

type Look = { readonly desired: Desired; readonly remote: Remote };

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
    const looks = await lookAtAll(open, context, end);
    const planned = await planAll(looks, context);
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

async function lookAtAll(
  desired: readonly Desired[],
  context: PushContext,
  end: (one: Desired, outcome: Outcome) => void,
): Promise<readonly Look[]> {
  const looks = await Promise.all(
    desired.map(async (one) => {
      const remote = await guarded(one, context, ({ clients }) => readRemote(clients, one));
      if (remote.kind !== 'failed') return { desired: one, remote };
      end(one, remote);
      return undefined;
    }),
  );
  return looks.filter((look) => look !== undefined);
}

async function planAll(looks: readonly Look[], { history, waivers }: PushContext) {
  const questions = looks.flatMap(({ desired, remote }) =>
    remote.kind === 'present' && remote.current !== undefined && needsHistory(desired, remote, waivers)
      ? [{ desired, current: remote.current, previous: remote.previous }]
      : [],
  );
  const known = await history(questions);
  return looks.map(({ desired, remote }) => ({
    desired,
    action: plan(desired, remote, known.get(desired) ?? 'unknown', waivers),
  }));
}

async function applyOne(
  { desired, action }: { readonly desired: Desired; readonly action: Action },
  context: PushContext,
): Promise<Outcome | 'moved'> {
  if (context.dryRun) return foreseen(action);
  const applied = await guarded(desired, context, (world) => apply(action, desired, world));
  return applied.kind === 'moved' ? 'moved' : applied;
}

/** Runs a step in its world's bound; what it throws becomes the outcome, and a dead endpoint is asked once. */
function guarded<T>(
  desired: Desired,
  context: PushContext,
  step: (world: World) => Promise<T>,
): Promise<T | (Outcome & { kind: 'failed' })> {
  const world = context.worldOf(desired);
  return world.limit(async () => {
    if (context.interruption.requested()) return { kind: 'failed', problem: notBegun };
    if (world.unreachable) return { kind: 'failed', problem: world.unreachable };
    try {
      return await context.interruption.during(step(world));
    } catch (error) {
      const problem = toProblem(error);
      if (problem.unreachable) world.unreachable = problem;
      return { kind: 'failed', problem };
    }
  });
}

/** What an action would come to. */
function foreseen(action: Action): Outcome {
  switch (action.kind) {
    case 'create':
      return { kind: 'would-create' };
    case 'update':
      return { kind: 'would-update' };
    case 'promote':
      return { kind: 'would-promote' };
    case 'repair':
      return { kind: 'would-repair', note: repairNote(action.repairs) };
    case 'unchanged':
      return { kind: 'unchanged' };
    case 'refuse':
      return { kind: 'failed', problem: action.problem };
  }
}

const contended = ({ names, path }: Desired) => ({
  what: `${names.secretName} was changed by somebody else each of the ${attempts} times that it was looked at`,
  where: path,
  fix: 'See who pushes it (another pipeline of the same service?), then sync again.',
});
