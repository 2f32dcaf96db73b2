import { letters, type Commits, type Letter } from './commits.test-kit';
import type { Actor, Play, Played, Stage, Sync } from './schedule.test-kit';

export const isSync = (actor: Actor | undefined): actor is Sync => actor?.kind === 'sync';
export const succeeded = (kind: string | undefined) => kind !== undefined && kind !== 'failed';

/** The contents that AWSCURRENT had, one after the other. */
export const currents = ({ before, steps }: Played) =>
  [before, ...steps.map(({ state }) => state)]
    .map(({ current }) => current)
    .filter((current, index, all) => current !== undefined && current !== all[index - 1]);

/** What holds whatever anybody does, and whoever dies. */
export async function expectOrder(stage: Stage, { commits, actors }: Play, played: Played): Promise<void> {
  const { state, before, secretName } = played;
  const moves = currents(played);
  // AWSPREVIOUS is what was current before.
  if (moves.length > 1) expect(state.previous).toBe(moves.at(-2));
  // No version twice, and none but of the commits that were synced, and of people.
  expect(new Set(state.versions).size).toBe(state.versions.length);
  const known = [...before.versions, ...actors.filter(isSync).map(({ commit }) => commits[commit])];
  const strange = state.versions.filter((version) => !known.includes(version));
  expect(strange.length).toBeLessThanOrEqual(actors.filter(({ kind }) => kind === 'put-by-hand').length);
  // The version is the content.
  if (letters.includes(state.current as Letter))
    expect(await stage.valueOf(secretName)).toBe(`{"KEY":"${state.current}"}`);
  // Every run that lives has an outcome, and says that its content is deployed only where it was.
  actors.forEach((actor, index) => {
    if (!isSync(actor) || actor.death) return;
    const { kind } = played.outcomes[index]!;
    if (succeeded(kind)) expect(moves).toContain(commits[actor.commit]);
  });
}

/** Whoever made a version current, when and from which. */
interface Deployment {
  readonly step: number;
  readonly by: number | 'person' | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/**
 * What docs/decisions/0008 says: a run does not undo what a newer commit, or a person, has made
 * current, unless the same step stands in its own history, too, or it had looked before, when the version was current
 * already once.
 */
export function expectNothingUndone({ commits, deployed, actors }: Play, played: Played): void {
  let last: Deployment = { step: -1, ...lastOf(commits, deployed), from: played.before.previous };
  let current = played.before.current;
  played.steps.forEach(({ actor, state }, step) => {
    if (state.current === current) return;
    const mover = actors[actor];
    if (isSync(mover) && !mover.overwrite) {
      const isNewer = last.by === 'person' || (last.by !== undefined && last.by > mover.commit);
      const looked = lookBefore(played, actor, step);
      const sawItBefore = looked.step < last.step && looked.current === last.to;
      const isOwnStep = hasStep(commits.slice(0, mover.commit + 1), last);
      if (isNewer && !sawItBefore && !isOwnStep)
        throw new Error(`${commits[mover.commit]} undid ${JSON.stringify(last)}`);
    }
    const by = isSync(mover) ? mover.commit : ('person' as const);
    last = { step, by, from: current, to: state.current };
    current = state.current;
  });
}

/** The last of the commits synced before that made its content current. */
function lastOf(commits: Commits, deployed: readonly number[]): Pick<Deployment, 'by' | 'to'> {
  return deployed.reduce<Pick<Deployment, 'by' | 'to'>>(
    (last, commit) => (commits[commit] === last.to ? last : { by: commit, to: commits[commit] }),
    { by: undefined, to: undefined },
  );
}

/** A run's last look before a step: when, and what was current. */
function lookBefore({ steps }: Played, actor: number, step: number) {
  const at = steps
    .slice(0, step)
    .findLastIndex((one) => one.actor === actor && one.operation.endsWith('DescribeSecret'));
  return { step: at, current: steps[at]?.state.current };
}

/** Whether a line of commits has the step of a deployment. */
function hasStep(line: Commits, { from, to }: Deployment): boolean {
  const after = line.lastIndexOf(to as Letter);
  const isRevision = letters.includes(from as Letter);
  return after >= 0 && (!isRevision || line.slice(0, after).includes(from as Letter));
}
