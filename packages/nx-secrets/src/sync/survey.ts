import type { Clients } from '../aws/clients';
import type { Failed } from '../report/report';
import type { Interruption } from '../terminal/interruption';
import { guarded } from '../aws/guarded';
import { refuseEmptying, type FindRevisions } from './emptying';
import { labelledVersions } from '../aws/secret-versions';
import type { Ancestry } from './ancestry';
import type { Revision } from './deployed-revisions';
import { deploymentOrder, needsDates } from './deployment-order';
import type { FindEvidence, RefusedSecret } from './evidence';
import type { Answer, History, Question } from './history';
import { needsHistory, plan, type Waivers } from './plan';
import { readRemote } from './remote';
import type { Action, Desired, Remote, RemoteSecret } from './states';
import type { World } from '../aws/worlds';

/** What a survey needs besides the desired secrets. */
export interface SurveyContext {
  readonly history: History;
  readonly revisions: FindRevisions;
  /** The world of a secret, in its own region or another. */
  readonly worldOf: (desired: Desired, region?: string) => World;
  readonly waivers: Waivers;
  readonly interruption: Interruption;
  /** The deployed revisions are wanted, too, wherever another version is deployed than the file's. */
  readonly withDeployed?: boolean;
  /** Asked only about secrets that are not pushed because of what is deployed, for the messages on them. */
  readonly evidence?: FindEvidence;
}

interface Look {
  readonly desired: Desired;
  readonly remote: Remote;
}

/** A desired secret, what is there instead, and what follows from the two. */
export type Planned = Look & {
  readonly action: Action;
  /** The revision that is deployed, where it was asked for and found. */
  readonly revision?: Revision | undefined;
};

/**
 * Looks at all secrets and plans them, with one look at history: DescribeSecret, and ListSecretVersionIds where Git cannot
 * tell the order of deployments; nothing is written or decrypted.
 *
 * @param failed is given the secrets that could not be looked at; all others are in the answer
 */
export async function survey(
  desired: readonly Desired[],
  context: SurveyContext,
  failed: (one: Desired, outcome: Failed) => void,
): Promise<readonly Planned[]> {
  return planAll(await lookAtAll(desired, context, failed), context, failed);
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
  context: SurveyContext,
  failed: (one: Desired, outcome: Failed) => void,
): Promise<readonly Planned[]> {
  const { history, waivers, withDeployed = false } = context;
  const answers = await history(looks.flatMap((look) => questionOn(look, waivers, withDeployed)));
  const ordered = await Promise.all(
    looks.map(async (look) => {
      const answer = answers.get(look.desired) ?? noAnswer;
      const ancestry = await orderedByDates(look, answer.ancestry, context);
      if (typeof ancestry === 'string') return { ...look, answer: { ...answer, ancestry } };
      failed(look.desired, ancestry);
      return undefined;
    }),
  );
  const known = ordered.filter((one) => one !== undefined);
  const evidence = await (context.evidence ?? noEvidence)(
    known.flatMap((one) => refusedByHistory(one, waivers)),
  );
  const planned = known.map(({ desired, remote, answer: { ancestry, revision } }) => ({
    desired,
    remote,
    revision,
    action: plan(desired, remote, ancestry, waivers, evidence.get(desired)),
  }));
  return refuseEmptying(planned, waivers, context.revisions);
}

const noEvidence: FindEvidence = () => Promise.resolve(new Map());

/** Those that Git's history forbids to push; where there is no history, or not the whole, there is nothing to find. */
function refusedByHistory(
  { desired, remote, answer }: Look & { readonly answer: Answer },
  waivers: Waivers,
): readonly RefusedSecret[] {
  if (remote.kind !== 'present' || !needsHistory(desired, remote, waivers)) return [];
  const isRefused = ['unknown', 'rolled-back', 'unordered'].includes(answer.ancestry);
  return isRefused ? [{ desired, remote, answer }] : [];
}

const noAnswer: Answer = { ancestry: 'unknown' };

/** What history is asked about a secret: nothing where the plan does not depend on it and no revision is wanted. */
function questionOn({ desired, remote }: Look, waivers: Waivers, revision: boolean): readonly Question[] {
  if (remote.kind !== 'present' || remote.current === undefined || remote.current === desired.token)
    return [];
  const { current, previous } = remote;
  return revision || needsHistory(desired, remote, waivers) ? [{ desired, current, previous, revision }] : [];
}

/** What AWS tells where Git cannot: only then is it asked for the dates of versions. */
async function orderedByDates(
  { desired, remote }: Look,
  ancestry: Ancestry,
  { worldOf, interruption, waivers }: SurveyContext,
): Promise<Ancestry | Failed> {
  if (ancestry !== 'unordered' || remote.kind !== 'present' || !needsHistory(desired, remote, waivers))
    return ancestry;
  const order = needsDates(remote)
    ? await guarded(worldOf(desired), interruption, ({ clients }) => orderOf(clients, desired, remote))
    : deploymentOrder(remote, []);
  if (typeof order !== 'string') return order;
  return order === 'forward' ? 'earlier' : 'unordered';
}

const orderOf = async (clients: Clients, { names }: Desired, remote: RemoteSecret) =>
  deploymentOrder(remote, await labelledVersions(clients, names.secretName));
