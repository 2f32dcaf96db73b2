import type { Clients } from '../aws/clients';
import type { Failed } from '../report';
import type { Interruption } from '../interruption';
import { guarded } from '../aws/guarded';
import { refuseEmptying, type FindRevisions } from './emptying';
import { labelledVersions } from '../aws/secrets-manager/list-secret-versions';
import type { Ancestry } from './ancestry';
import type { Revision } from './deployed-revisions';
import { deploymentOrder, needsDates } from './deployment-order';
import type { FindEvidence, RefusedSecret } from './evidence';
import type { Answer, History, Question } from './history';
import { needsHistory, plan, type Overrides } from './plan';
import { keyBlocker } from './key-blocker';
import type { KeyLook } from './key-look';
import { readRemote } from './remote';
import type { Action, Desired } from './states';
import type { Remote, RemoteSecret } from '../aws/secrets-manager/remote-secret';
import type { AwsSession } from '../aws/session';

/** What reading and planning need besides the desired secrets. */
export interface PlanContext {
  readonly history: History;
  readonly revisions: FindRevisions;
  /** The session of a secret, in its own region or another. */
  readonly sessionFor: (desired: Desired, region?: string) => AwsSession;
  readonly overrides: Overrides;
  readonly interruption: Interruption;
  /** The deployed revisions are wanted, too, wherever another version is deployed than the file's. */
  readonly withDeployed?: boolean;
  /** Asked only about secrets that are not pushed because of what is deployed, for the messages on them. */
  readonly evidence?: FindEvidence;
  /** Looks at the keys of a secret; without it they are taken for usable. */
  readonly keys?: LookAtKeys;
}

/** What looks at a secret's keys. */
export type LookAtKeys = (desired: Desired, remote: Remote) => Promise<KeyLook>;

interface Snapshot {
  readonly desired: Desired;
  readonly remote: Remote;
  readonly keys?: KeyLook | undefined;
}

/** A desired secret, what is there instead, and what follows from the two. */
export type Planned = Snapshot & {
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
export async function readAndPlan(
  desired: readonly Desired[],
  context: PlanContext,
  failed: (one: Desired, outcome: Failed) => void,
): Promise<readonly Planned[]> {
  return planAll(await lookAtAll(desired, context, failed), context, failed);
}

async function lookAtAll(
  desired: readonly Desired[],
  { sessionFor, interruption, keys: lookAtKeys }: PlanContext,
  failed: (one: Desired, outcome: Failed) => void,
): Promise<readonly Snapshot[]> {
  const looks = await Promise.all(
    desired.map(async (one) => {
      const look = await guarded(sessionFor(one), interruption, async ({ clients }) => {
        const remote = await readRemote(clients, one);
        const keys = await lookAtKeys?.(one, remote);
        return { kind: 'seen' as const, snapshot: { desired: one, remote, keys } };
      });
      if (look.kind !== 'failed') return look.snapshot;
      failed(one, look);
      return undefined;
    }),
  );
  return looks.filter((look) => look !== undefined);
}

async function planAll(
  looks: readonly Snapshot[],
  context: PlanContext,
  failed: (one: Desired, outcome: Failed) => void,
): Promise<readonly Planned[]> {
  const { history, overrides, withDeployed = false } = context;
  const answers = await history(looks.flatMap((look) => questionOn(look, overrides, withDeployed)));
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
    known.flatMap((one) => refusedByHistory(one, overrides)),
  );
  const planned = known.map(({ desired, remote, keys, answer: { ancestry, revision } }) => ({
    desired,
    remote,
    keys,
    revision,
    action: withKeys(plan(desired, remote, ancestry, overrides, evidence.get(desired)), {
      desired,
      remote,
      keys,
    }),
  }));
  return refuseEmptying(planned, overrides, context.revisions);
}

/** What is wrong with the keys is reported whatever is to be done, nothing included. */
function withKeys(action: Action, { desired, remote, keys }: Snapshot): Action {
  const problem = keys && action.kind !== 'refuse' ? keyBlocker(desired, remote, keys) : undefined;
  return problem ? { kind: 'refuse', problem } : action;
}

const noEvidence: FindEvidence = () => Promise.resolve(new Map());

/** Those that Git's history forbids to push; where there is no history, or not the whole, there is nothing to find. */
function refusedByHistory(
  { desired, remote, answer }: Snapshot & { readonly answer: Answer },
  overrides: Overrides,
): readonly RefusedSecret[] {
  if (remote.kind !== 'present' || !needsHistory(desired, remote, overrides)) return [];
  const isRefused = ['unknown', 'rolled-back', 'unordered'].includes(answer.ancestry);
  return isRefused ? [{ desired, remote, answer }] : [];
}

const noAnswer: Answer = { ancestry: 'unknown' };

/** What history is asked about a secret: nothing where the plan does not depend on it and no revision is wanted. */
function questionOn(
  { desired, remote }: Snapshot,
  overrides: Overrides,
  revision: boolean,
): readonly Question[] {
  if (remote.kind !== 'present' || remote.current === undefined || remote.current === desired.token)
    return [];
  const { current, previous } = remote;
  return revision || needsHistory(desired, remote, overrides)
    ? [{ desired, current, previous, revision }]
    : [];
}

/** What AWS tells where Git cannot: only then is it asked for the dates of versions. */
async function orderedByDates(
  { desired, remote }: Snapshot,
  ancestry: Ancestry,
  { sessionFor, interruption, overrides }: PlanContext,
): Promise<Ancestry | Failed> {
  if (ancestry !== 'unordered' || remote.kind !== 'present' || !needsHistory(desired, remote, overrides))
    return ancestry;
  const order = needsDates(remote)
    ? await guarded(sessionFor(desired), interruption, ({ clients }) => orderOf(clients, desired, remote))
    : deploymentOrder(remote, []);
  if (typeof order !== 'string') return order;
  return order === 'forward' ? 'earlier' : 'unordered';
}

const orderOf = async (clients: Clients, { names }: Desired, remote: RemoteSecret) =>
  deploymentOrder(remote, await labelledVersions(clients, names.secretName));
