import { isFailed } from '../../report';
import type { KeyOutcome } from '../states';
import type { Play, Played, Stage, State } from './play.test-kit';

/** Whether a report names a key. */
const names = (outcome: KeyOutcome | undefined, id: string) => JSON.stringify(outcome ?? '').includes(id);

/** Keys that carry the tags of the service and stage, and that the alias does not point at. */
const orphans = ({ keys, aliased }: State) => keys.filter(({ id }) => id !== aliased);

/** What holds whatever anybody does, and whoever dies. */
export function expectOneKey({ before, steps, outcomes, state }: Played): void {
  let { aliased } = before;
  for (const { state: now } of steps) {
    // An alias that is there stays where it points.
    if (aliased !== undefined) expect(now.aliased).toBe(aliased);
    aliased = now.aliased;
    // Its key is never on the way out.
    const key = now.keys.find(({ id }) => id === aliased);
    if (key) expect(['Enabled', 'Disabled']).toContain(key.state);
  }
  for (const outcome of outcomes) {
    if (!outcome || isFailed(outcome)) continue;
    expect(state.aliased).toBeDefined();
    expect(state.keys.find(({ id }) => id === state.aliased)?.state).toBe('Enabled');
  }
}

/** Where nobody died and AWS answered: every run succeeds, and each key that was made in vain is going and named. */
export function expectDone({ outcomes, state }: Played): void {
  for (const outcome of outcomes) expect(outcome).not.toMatchObject({ kind: 'failed' });
  for (const { id, state: now } of orphans(state)) {
    expect(now).toBe('PendingDeletion');
    expect(outcomes.some((outcome) => names(outcome, id))).toBe(true);
  }
}

/** One undisturbed run puts everything right, and names what is one too many; another one has nothing to do. */
export async function expectHealed(stage: Stage, { replicated }: Pick<Play, 'replicated'>, played: Played) {
  const healed = await stage.again(played);
  expectOneKey(healed);
  const { desired, state, outcomes } = healed;
  expect(outcomes[0]).not.toMatchObject({ kind: 'failed' });
  const key = stage.keyOf(state.aliased!)!;
  expect(key).toMatchObject({ state: 'Enabled', description: desired.description, multiRegion: replicated });
  expect(JSON.parse(key.policy)).toEqual(desired.policy);
  expect(key.rotation?.periodInDays).toBe(desired.rotationDays);
  for (const region of desired.replicaRegions) {
    expect(stage.aliasIn(desired.names.keyAlias, region)).toBe(key.id);
    expect(stage.keyOf(key.id, region)).toMatchObject({ state: 'Enabled', description: desired.description });
  }
  for (const { id, state: now, aliases } of orphans(state)) {
    expect({ now, aliases }).toEqual({ now: 'PendingDeletion', aliases: [] });
    expect(names(outcomes[0], id)).toBe(true);
  }
  const again = await stage.again(healed);
  expect(again.outcomes[0]?.kind).toBe('unchanged');
  expect(again.steps.filter(({ operation }) => !/\.(Describe|Get|List)/.test(operation))).toEqual([]);
}
