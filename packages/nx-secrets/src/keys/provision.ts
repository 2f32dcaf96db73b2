import type { ProvisionContext, Provisioned } from './provision-context';
import { guarded } from '../aws/guarded';
import type { Problem } from '../problem';
import { isFailed } from '../report';
import { refuseHarmfulAdoption } from './adoption/refuse-adoption';
import { apply, type Applied } from './apply';
import { inventories, type InventoryOf } from './inventories';
import { outline, plan } from './plan';
import { readRemoteKey, readSettings } from './remote';
import { preview } from './preview';
import type { DesiredKey, KeyOutcome } from './states';
import { scheduleRedundantDeletions } from './schedule-redundant-deletion';

/** How often a key that another run made meanwhile is looked at and planned again. */
const attempts = 4;

/**
 * Brings keys to their desired state: looks, plans, applies; begins again for a key whose alias another run made
 * meanwhile; at the end schedules the deletion of keys that were made in vain, by this run or an earlier one.
 *
 * @returns an outcome for each desired key; nothing is thrown
 */
export async function provision(
  desired: readonly DesiredKey[],
  context: ProvisionContext,
): Promise<ReadonlyMap<DesiredKey, KeyOutcome>> {
  const all = new Map<DesiredKey, Provisioned>(
    desired.map((one) => [one, { contested: false, discarded: new Set() }]),
  );
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const inventoryOf = inventories();
    await Promise.all(
      [...all].map(async ([one, provisioned]) => {
        if (provisioned.outcome) return;
        take(await step(one, provisioned, context, inventoryOf), provisioned);
        if (provisioned.outcome) context.ended();
      }),
    );
  }
  for (const [one, provisioned] of all) {
    provisioned.outcome ??= { kind: 'failed', problem: contended(one) };
  }
  await scheduleRedundantDeletions(all, context);
  return new Map([...all].map(([one, provisioned]) => [one, outcomeOf(provisioned, one, context.dryRun)]));
}

/** Looks at a key, plans and applies. */
function step(
  desired: DesiredKey,
  provisioned: Provisioned,
  { sessionFor, interruption, workspaceRoot, overrides, dryRun, everyName }: ProvisionContext,
  inventoryOf: InventoryOf,
): Promise<Applied> {
  const session = sessionFor(desired, desired.scope.region);
  const clientsIn = (region: string) => sessionFor(desired, region).clients;
  const done = (outcome: KeyOutcome): Applied => ({ kind: 'done', outcome });
  const applied = guarded(session, interruption, async () => {
    const remote = await readRemoteKey(session.clients, desired, () => inventoryOf(session));
    if (remote.kind === 'present') provisioned.key = remote.key;
    const outlined = outline(desired, remote, overrides);
    const settings =
      outlined.kind === 'look' ? await readSettings(clientsIn, desired, outlined.key) : undefined;
    const planned = plan(desired, outlined, settings);
    const adoption = { workspaceRoot, clientsIn, everyName };
    const action = await refuseHarmfulAdoption(planned, desired, settings, adoption);
    if (dryRun) return done(preview(action, desired));
    return apply(action, desired, { workspaceRoot, clientsIn, account: session.account });
  });
  return applied.then((end) => (end.kind === 'failed' ? done(end) : end));
}

function take(applied: Applied, provisioned: Provisioned): void {
  if (applied.kind === 'moved') {
    provisioned.contested = true;
    if (applied.discarded !== undefined) provisioned.discarded.add(applied.discarded);
    return;
  }
  provisioned.outcome = applied.outcome;
  if (applied.key) provisioned.key = applied.key;
  if (['created', 'attached'].includes(applied.outcome.kind)) provisioned.contested = true;
}

/** The outcome, with the keys that were made in vain: each is named, whatever else happened. */
function outcomeOf({ outcome, discarded }: Provisioned, desired: DesiredKey, dryRun: boolean): KeyOutcome {
  if (!outcome) return { kind: 'failed', problem: contended(desired) };
  if (discarded.size === 0) return outcome;
  const ids = [...discarded].join(', ');
  const [keys, are] = discarded.size === 1 ? ['key', 'is'] : ['keys', 'are'];
  const redundant = `redundant ${keys} ${ids} ${dryRun ? 'would be' : are} scheduled for deletion`;
  if (isFailed(outcome)) {
    return { ...outcome, problem: { ...outcome.problem, what: `${outcome.problem.what}; ${redundant}` } };
  }
  return { ...outcome, note: [outcome.note, redundant].filter(Boolean).join('; ') };
}

const contended = ({ names, where }: DesiredKey): Problem => ({
  code: 'contended',
  what: `${names.keyAlias} was created or removed by another process in each of ${attempts} attempts`,
  where: `${where}, ${names.keyAlias}`,
  fix: 'Find out who else provisions it (another pipeline of the service?), then run this again.',
});
