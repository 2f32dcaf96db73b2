import { historyOf } from '../commit-graph.test-kit';
import { letters, type Commits, type Letter } from './commits.test-kit';
import type { Actor, Deployment, Play, Played, Stage, State, Sync } from './schedule.test-kit';

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
  const known = [...before.versions, ...actors.filter(isSync).map(({ commit }) => commits[commit]!.content!)];
  const strange = state.versions.filter((version) => !known.includes(version));
  expect(strange.length).toBeLessThanOrEqual(actors.filter(({ kind }) => kind === 'put-by-hand').length);
  // The version is the content.
  if (letters.includes(state.current as Letter))
    expect(await stage.valueOf(secretName)).toBe(`{"KEY":"${state.current}"}`);
  // Every run that lives has an outcome, and says that its content is deployed only where it was.
  actors.forEach((actor, index) => {
    if (!isSync(actor) || actor.death) return;
    const { kind } = played.outcomes[index]!;
    if (succeeded(kind)) expect(moves).toContain(commits[actor.commit]!.content);
  });
}

/**
 * What docs/decisions/0008 says: a run does not undo what a commit that it does not have, or a person, has made current,
 * unless the same step is in its own history, too, or that history has not both contents in order and the one that is
 * current was made last, or made current by an --overwrite of the other; or it had looked before, when the version was
 * current already once.
 */
export function expectNothingUndone({ commits, actors }: Play, played: Played): void {
  let last: (Deployment & { readonly step: number }) | undefined = played.last && {
    step: -1,
    ...played.last,
  };
  let state = played.before;
  played.steps.forEach(({ actor, state: next }, step) => {
    const mover = actors[actor]!;
    if (next.current !== state.current) {
      if (last && isSync(mover) && !mover.overwrite) {
        const looked = lookBefore(played, actor, step);
        const sawItBefore = looked.step < last.step && looked.current === last.to;
        if (!sawItBefore && !mayGoOn(commits, mover, last, state))
          throw new Error(`${JSON.stringify(commits[mover.commit])} undid ${JSON.stringify(last)}`);
      }
      last = { step, actor: mover, from: state.current, to: next.current };
    }
    state = next;
  });
}

/** Whether a run may go on from the last deployment. */
function mayGoOn(commits: Commits, { commit }: Sync, last: Deployment, { byAge }: State): boolean {
  const { actor, from, to } = last;
  const history = historyOf(commits, [commit]);
  const having = (version: string | undefined) =>
    history.filter((index) => commits[index]!.content === version);
  const isAfter = (later: string | undefined, earlier: string | undefined) =>
    having(later).some((one) => historyOf(commits, [one]).some((index) => having(earlier).includes(index)));
  const isForward = isSync(actor) && !actor.overwrite && history.includes(actor.commit);
  // A version by hand, and none, are before everything.
  const isOwnStep = having(to).length > 0 && (!letters.includes(from as Letter) || isAfter(to, from));
  const isUnordered = having(to).length > 0 && !isAfter(to, from) && !isAfter(from, to);
  const isMadeLast = byAge.indexOf(to ?? '') > byAge.indexOf(from ?? '');
  const isOverwritten = isSync(actor) && actor.overwrite === true;
  return isForward || isOwnStep || (isUnordered && (isMadeLast || isOverwritten));
}

/** A run's last look before a step: when, and what was current. */
function lookBefore({ steps }: Played, actor: number, step: number) {
  const at = steps
    .slice(0, step)
    .findLastIndex((one) => one.actor === actor && one.operation.endsWith('DescribeSecret'));
  return { step: at, current: steps[at]?.state.current };
}
