import type { Failed } from '../report/report';
import type { Interruption } from '../terminal/interruption';
import { guarded } from '../aws/guarded';
import { refuseEmptying, type FindRevisions } from './emptying';
import type { History } from './history';
import { needsHistory, plan, type Waivers } from './plan';
import { readRemote } from './remote';
import type { Action, Desired, Remote } from './states';
import type { World } from '../aws/worlds';

/** What a survey needs besides the desired secrets. */
export interface SurveyContext {
  readonly history: History;
  readonly revisions: FindRevisions;
  readonly worldOf: (desired: Desired) => World;
  readonly waivers: Waivers;
  readonly interruption: Interruption;
}

interface Look {
  readonly desired: Desired;
  readonly remote: Remote;
}

/** A desired secret, what is there instead, and what follows from the two. */
export type Planned = Look & { readonly action: Action };

/**
 * Looks at all secrets and plans them, with one look at history: DescribeSecret only, nothing is written or decrypted.
 *
 * @param failed is given the secrets that could not be looked at; all others are in the answer
 */
export async function survey(
  desired: readonly Desired[],
  context: SurveyContext,
  failed: (one: Desired, outcome: Failed) => void,
): Promise<readonly Planned[]> {
  return planAll(await lookAtAll(desired, context, failed), context);
}

async function lookAtAll(
  desired: readonly Desired[],
  { worldOf, interruption }: SurveyContext,
  failed: (one: Desired, outcome: Failed) => void,
): Promise<readonly Look[]> {
  const looks = await Promise.all(
    desired.map(async (one) => {
      const remote = await guarded(worldOf(one), interruption, ({ clients }) => readRemote(clients, one));
      if (remote.kind !== 'failed') return { desired: one, remote };
      failed(one, remote);
      return undefined;
    }),
  );
  return looks.filter((look) => look !== undefined);
}

async function planAll(
  looks: readonly Look[],
  { history, revisions, waivers }: SurveyContext,
): Promise<readonly Planned[]> {
  const questions = looks.flatMap(({ desired, remote }) =>
    remote.kind === 'present' && remote.current !== undefined && needsHistory(desired, remote, waivers)
      ? [{ desired, current: remote.current, previous: remote.previous }]
      : [],
  );
  const known = await history(questions);
  const planned = looks.map(({ desired, remote }) => ({
    desired,
    remote,
    action: plan(desired, remote, known.get(desired) ?? 'unknown', waivers),
  }));
  return refuseEmptying(planned, waivers, revisions);
}
