import { guarded } from '../aws/guarded';
import { isFailed } from '../report';
import { inventories, type InventoryOf } from './inventories';
import { isCandidate, redundantKeys } from './orphans';
import type { ProvisionContext, Provisioned } from './provision-context';
import { isGoing } from './rotation/replacement';
import type { DesiredKey } from './states';
import { scheduleRedundantKeyDeletion } from './redundant-keys';

/**
 * How long after a key's making others may turn up that were made for the same alias, in milliseconds. A run that is killed
 * right after it made a key, while another run made the alias, leaves one; a later run finds it.
 */
const settled = 30 * 24 * 60 * 60 * 1000;

/**
 * Schedules the deletion of keys that were made for an alias which points at another.
 *
 * @returns how far each key has come with that: all keys that are going are noted
 */
export async function scheduleRedundantDeletions(
  all: ReadonlyMap<DesiredKey, Provisioned>,
  context: ProvisionContext,
): Promise<ReadonlyMap<DesiredKey, Provisioned>> {
  const inventoryOf = inventories();
  const entries = [...all].map(
    async ([desired, provisioned]): Promise<readonly [DesiredKey, Provisioned]> => [
      desired,
      await withoutRedundant(desired, provisioned, context, inventoryOf),
    ],
  );
  return new Map(await Promise.all(entries));
}

async function withoutRedundant(
  desired: DesiredKey,
  provisioned: Provisioned,
  { sessionFor, interruption, dryRun, workspaceRoot }: ProvisionContext,
  inventoryOf: InventoryOf,
): Promise<Provisioned> {
  const { key, contested, outcome } = provisioned;
  // Where a key was refused, it is not known to be the one that the alias should point at.
  if (!key || !outcome || isFailed(outcome)) return provisioned;
  if (!(contested || Date.now() - key.createdAt < settled)) return provisioned;
  const session = sessionFor(desired, desired.scope.region);
  const discarded = new Set(provisioned.discarded);
  const scheduled = await guarded(session, interruption, async () => {
    const candidates = (await inventoryOf(session)).keys.filter(({ tags }) => isCandidate(tags, desired));
    for (const redundant of redundantKeys(desired, candidates, key)) {
      // A run that was killed may have scheduled the deletion and not have reported it.
      const isNews = !isGoing(redundant);
      if (isNews && !dryRun)
        await scheduleRedundantKeyDeletion(session.clients, workspaceRoot, desired, redundant);
      if (isNews || !dryRun) discarded.add(redundant.id);
    }
    return { kind: 'scheduled' as const };
  });
  return { ...provisioned, discarded, ...(scheduled.kind === 'failed' ? { outcome: scheduled } : {}) };
}
