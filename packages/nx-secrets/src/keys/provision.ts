import { guarded } from '../aws/guarded';
import type { World } from '../aws/worlds';
import { isFailed } from '../report/report';
import type { Interruption } from '../terminal/interruption';
import type { PlacedNames } from '../workspace/names';
import { refuseHarmfulAdoption } from './adoption/refuse-adoption';
import { apply, type Applied } from './apply';
import { inventories, type InventoryOf } from './inventories';
import type { KeyWaivers } from './obstacle';
import { outline, plan } from './plan';
import { readRemoteKey, readSettings } from './remote';
import { repairDetails, repairNote } from './repair-text';
import type { DesiredKey, KeyAction, KeyIdentity, KeyOutcome } from './states';
import { sweep } from './sweep';

/** How often a key that another run made meanwhile is looked at and planned again. */
const attempts = 4;

/** What provisioning needs besides the desired keys. */
export interface ProvisionContext {
  readonly workspaceRoot: string;
  readonly worldOf: (desired: DesiredKey, region: string) => World;
  /** Names of every service's every stage that has a file: others may use a key that is taken over. */
  readonly everyName: readonly PlacedNames[];
  readonly waivers: KeyWaivers;
  readonly dryRun: boolean;
  readonly interruption: Interruption;
  /** Called for each key whose outcome is known. */
  readonly ended: () => void;
}

/** How far a key has come. */
export interface Provisioned {
  outcome?: KeyOutcome;
  /** The key behind the alias, once it is known. */
  key?: Pick<KeyIdentity, 'id' | 'createdAt'> & Partial<Pick<KeyIdentity, 'tags'>>;
  /** The alias was made during this run: others may have made keys for it at the same time. */
  contested: boolean;
  /** Keys that were made for the alias in vain; their deletion is scheduled. */
  readonly discarded: Set<string>;
}

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
  await sweep(all, context);
  return new Map([...all].map(([one, provisioned]) => [one, outcomeOf(provisioned, one, context.dryRun)]));
}

/** Looks at a key, plans and applies. */
function step(
  desired: DesiredKey,
  provisioned: Provisioned,
  { worldOf, interruption, workspaceRoot, waivers, dryRun, everyName }: ProvisionContext,
  inventoryOf: InventoryOf,
): Promise<Applied> {
  const world = worldOf(desired, desired.scope.region);
  const clientsIn = (region: string) => worldOf(desired, region).clients;
  const done = (outcome: KeyOutcome): Applied => ({ kind: 'done', outcome });
  const applied = guarded(world, interruption, async () => {
    const remote = await readRemoteKey(world.clients, desired, () => inventoryOf(world));
    if (remote.kind === 'present') provisioned.key = remote.key;
    const outlined = outline(desired, remote, waivers);
    const settings =
      outlined.kind === 'look' ? await readSettings(clientsIn, desired, outlined.key) : undefined;
    const planned = plan(desired, outlined, settings);
    const adoption = { workspaceRoot, clientsIn, everyName };
    const action = await refuseHarmfulAdoption(planned, desired, settings, adoption);
    if (dryRun) return done(foreseen(action, desired));
    return apply(action, desired, { workspaceRoot, clientsIn, account: world.account });
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

/** What an action would come to. */
function foreseen(action: KeyAction, desired: DesiredKey): KeyOutcome {
  switch (action.kind) {
    case 'create':
      return { kind: 'would-create' };
    case 'attach':
    case 'repair': {
      const { repairs, key } = action;
      const note = [action.kind === 'attach' ? key.id : '', repairNote(repairs, desired)];
      return {
        kind: action.kind === 'attach' ? 'would-attach' : 'would-repair',
        note: note.filter(Boolean).join('; '),
        details: repairDetails(repairs),
      };
    }
    case 'unchanged':
      return { kind: 'unchanged' };
    case 'refuse':
      return { kind: 'failed', problem: action.problem };
  }
}

/** The outcome, with the keys that were made in vain: each is named, whatever else happened. */
function outcomeOf({ outcome, discarded }: Provisioned, desired: DesiredKey, dryRun: boolean): KeyOutcome {
  if (!outcome) return { kind: 'failed', problem: contended(desired) };
  if (discarded.size === 0) return outcome;
  const ids = [...discarded].join(', ');
  const [keys, are] = discarded.size === 1 ? ['key', 'is'] : ['keys', 'are'];
  const surplus = `surplus ${keys} ${ids} ${dryRun ? 'would be' : are} scheduled for deletion`;
  if (isFailed(outcome)) {
    return { ...outcome, problem: { ...outcome.problem, what: `${outcome.problem.what}; ${surplus}` } };
  }
  return { ...outcome, note: [outcome.note, surplus].filter(Boolean).join('; ') };
}

const contended = ({ names, where }: DesiredKey) => ({
  what: `${names.keyAlias} was made or removed by somebody else each of the ${attempts} times that it was looked at`,
  where: `${where}, ${names.keyAlias}`,
  fix: 'See who provisions it (another pipeline of the same service?), then run this again.',
});
