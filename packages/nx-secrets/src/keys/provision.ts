import type { ProvisionContext, Provisioned } from './provision-context';
import type { Clients } from '../aws/clients';
import { guarded } from '../aws/guarded';
import type { Problem } from '../problem';
import { isFailed } from '../report';
import { checkAdoption } from './adoption/check-adoption';
import { apply, type Applied } from './apply';
import { notOurs } from './foreign-key';
import { lookAtForeignKey } from './look-at-foreign-key';
import { inventories, type InventoryOf } from './inventories';
import { outline, plan } from './plan';
import { readRemoteKey, readSettings } from './remote';
import { reconcileSecretPolicies } from './secret-policy/reconcile';
import { preview } from './preview';
import type { DesiredKey, KeyOutcome } from './states';
import { scheduleRedundantDeletions } from './schedule-redundant-deletion';

/** How often a key that another run made meanwhile is looked at and planned again. */
const attempts = 4;

/**
 * Brings keys to their desired state: looks, plans, applies; begins again for a key whose alias another run made
 * meanwhile; at the end schedules the deletion of keys that were made in vain, by this run or an earlier one, and sets the
 * policies of the secrets.
 *
 * @returns an outcome for each desired key; nothing is thrown
 */
export async function provision(
  desired: readonly DesiredKey[],
  context: ProvisionContext,
): Promise<ReadonlyMap<DesiredKey, KeyOutcome>> {
  let all: ReadonlyMap<DesiredKey, Provisioned> = new Map(desired.map((one) => [one, nothingDone]));
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const inventoryOf = inventories();
    all = await eachOf(all, async (one, before) => {
      if (before.outcome) return before;
      const after = await step(one, before, context, inventoryOf);
      if (after.outcome) context.ended();
      return after;
    });
  }
  const ended = await eachOf(all, (one, provisioned) => ({
    ...provisioned,
    outcome: provisioned.outcome ?? { kind: 'failed', problem: contended(one) },
  }));
  const cleaned = await scheduleRedundantDeletions(ended, context);
  const guardedSecrets = await reconcileSecretPolicies(cleaned, context);
  return new Map(
    [...guardedSecrets].map(([one, provisioned]) => [one, outcomeOf(provisioned, one, context.dryRun)]),
  );
}

const nothingDone: Provisioned = { contested: false, discarded: new Set() };

/** Takes a step for each key, all at the same time. */
async function eachOf(
  all: ReadonlyMap<DesiredKey, Provisioned>,
  stepOf: (one: DesiredKey, before: Provisioned) => Provisioned | Promise<Provisioned>,
): Promise<ReadonlyMap<DesiredKey, Provisioned>> {
  const entries = [...all].map(async ([one, before]) => [one, await stepOf(one, before)] as const);
  return new Map(await Promise.all(entries));
}

/** Looks at a key, plans and applies. */
async function step(
  desired: DesiredKey,
  before: Provisioned,
  { sessionFor, interruption, workspaceRoot, overrides, dryRun, everyName }: ProvisionContext,
  inventoryOf: InventoryOf,
): Promise<Provisioned> {
  const session = sessionFor(desired, desired.scope.region);
  const clientsIn = (region: string) => sessionFor(desired, region).clients;
  const taken = await guarded(session, interruption, async () => {
    if (desired.names.foreignKey)
      return { kind: 'taken' as const, after: { ...before, outcome: await lookedAt(desired, clientsIn) } };
    const remote = await readRemoteKey(session.clients, desired, () => inventoryOf(session));
    const found = remote.kind === 'present' ? { ...before, key: remote.key } : before;
    const outlined = outline(desired, remote, overrides);
    const settings =
      outlined.kind === 'look' ? await readSettings(clientsIn, desired, outlined.key) : undefined;
    const planned = plan(desired, outlined, settings, overrides);
    const adoption = { workspaceRoot, clientsIn, everyName };
    const action = await checkAdoption(planned, desired, settings, adoption);
    const applied: Applied = dryRun
      ? { kind: 'done', outcome: preview(action, desired) }
      : await apply(action, desired, { workspaceRoot, clientsIn, account: session.account });
    return { kind: 'taken' as const, after: withApplied(found, applied) };
  });
  return taken.kind === 'failed' ? { ...before, outcome: taken } : taken.after;
}

/** A key that somebody else makes is looked at, and left as it is. */
async function lookedAt(
  { names, scope, replicaRegions, where }: DesiredKey,
  clientsIn: (region: string) => Clients,
): Promise<KeyOutcome> {
  const seen = await lookAtForeignKey(clientsIn, { names, scope, replicaRegions, where });
  return { kind: 'unchanged', note: seen === 'unseen' ? `${notOurs}, and not looked at` : notOurs };
}

function withApplied(before: Provisioned, applied: Applied): Provisioned {
  if (applied.kind === 'moved') {
    const { discarded } = applied;
    return {
      ...before,
      contested: true,
      discarded: new Set([...before.discarded, ...(discarded === undefined ? [] : [discarded])]),
    };
  }
  const { outcome, key } = applied;
  const isMade = ['created', 'attached'].includes(outcome.kind);
  return { ...before, outcome, contested: before.contested || isMade, ...(key ? { key } : {}) };
}

/** The outcome, with the keys that were made in vain: each is named, whatever else happened. */
function outcomeOf(
  { outcome, discarded, key }: Provisioned,
  desired: DesiredKey,
  dryRun: boolean,
): KeyOutcome {
  if (!outcome) return { kind: 'failed', problem: contended(desired) };
  const ids = [...discarded].join(', ');
  const [keys, are] = discarded.size === 1 ? ['key', 'is'] : ['keys', 'are'];
  const redundant = `redundant ${keys} ${ids} ${dryRun ? 'would be' : are} scheduled for deletion`;
  if (isFailed(outcome)) {
    if (discarded.size === 0) return outcome;
    return { ...outcome, problem: { ...outcome.problem, what: `${outcome.problem.what}; ${redundant}` } };
  }
  const note = [outcome.note, discarded.size > 0 ? redundant : '', surplusNote(key, desired)]
    .filter(Boolean)
    .join('; ');
  return note === '' ? outcome : { ...outcome, note };
}

/** Replicas that nx.json does not name stay: secrets there may be under them. */
function surplusNote(key: Provisioned['key'], { replicaRegions }: DesiredKey): string {
  const replicas = key?.regions?.kind === 'primary' ? key.regions.replicas : [];
  const surplus = replicas.filter((region) => !replicaRegions.includes(region)).sort();
  return surplus.length === 0
    ? ''
    : `also has a replica in ${surplus.join(', ')}, which nx.json does not name; where nothing needs it any more: ${surplus
        .map(
          (region) =>
            `aws kms schedule-key-deletion --region ${region} --key-id ${key?.id ?? ''} --pending-window-in-days 30`,
        )
        .join('; ')}`;
}

const contended = ({ names, where }: DesiredKey): Problem => ({
  code: 'contended',
  what: `${names.keyAlias} was created or removed by another process in each of ${attempts} attempts`,
  where: `${where}, ${names.keyAlias}`,
  fix: 'Find out who else provisions it (another pipeline of the service?), then run this again.',
});
