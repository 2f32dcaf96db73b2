import { basename } from 'node:path';
import { namesOf, type Names } from '../config/names';
import { generateHere } from '../config/commands';
import type { Options } from '../config/options';
import type { Evidence, Skipped, Removal, Renaming, PruneStatus } from './states';
import type { ManagedSecret } from '../aws/secrets-manager/managed-secret';

/** No project is at this root: names there are made by the patterns of all services. */
const anyRoot = '';

/**
 * The names that options make of a secret's tags service and stage, where they make its name: by the patterns of all
 * services, or by those of the service of that name.
 */
export function namedBy(
  { name, tags }: Pick<ManagedSecret, 'name' | 'tags'>,
  options: Options,
): Names | undefined {
  const { service = '', stage = '' } = tags;
  // Which project at the workspace root its name comes from is not to be seen here.
  const isNamed = (root: string) =>
    root === '.' || service === (options.services.get(root) ?? basename(root));
  for (const root of [...[...options.patterns.keys()].filter(isNamed), anyRoot]) {
    try {
      const names = namesOf(service, stage, options, root);
      if (names.secretName === name) return names;
    } catch {
      // Tags that make no name were not set by a sync.
    }
  }
  return undefined;
}

/**
 * The status of a managed secret. The tag alone does not say whose it is: other repositories of the same account use it,
 * too. That it came from here is proved by its version id, the token of a revision in this repository's history; that it
 * is meant to go, by the commit in HEAD's history that removed the file, or had it pushed under another name.
 */
export function statusOf(secret: ManagedSecret, evidence: Evidence, options: Options): PruneStatus {
  const { name, current, deleted } = secret;
  if (evidence.inUse.has(name)) return { kind: 'in-use' };
  if (evidence.former.has(name)) return { kind: 'skipped', ...stillRead(name) };
  const blocker = blockerOf(secret, options, evidence.namings);
  if (blocker) return { kind: 'skipped', ...blocker };
  if (deleted !== undefined) return { kind: 'deletion-scheduled', reason: `since ${deleted}` };
  const renaming = evidence.renamings.get(name);
  const removal = (current === undefined ? undefined : evidence.removals.get(current)) ?? renaming;
  if (!removal) {
    const reason = 'of unknown origin: its version belongs to no file that HEAD removed or renamed';
    return { kind: 'uncertain', removal, reason };
  }
  const text = removal === renaming ? renamingText(renaming) : removalText(removal);
  const reasons = [
    ...doubts(secret, removal),
    ...(removal === renaming ? [renaming] : (evidence.successors.get(name) ?? []))
      .filter(({ now }) => !evidence.deployed.has(now))
      .map(({ now, path }) => `${now}, which replaces it, does not have a revision of ${path} yet`),
  ];
  return reasons.length > 0
    ? { kind: 'uncertain', removal, reason: [...reasons, text].join('; ') }
    : { kind: 'orphan', removal, reason: [text, readText(secret)].filter(Boolean).join('; ') };
}

const stillRead = (name: string): Omit<Skipped, 'kind'> => ({
  code: 'renameUnderWay',
  reason: `a former name that services may still read (${name} follows from "formerly" in nx.json)`,
  fix: `Once nobody reads it any more, end the rename, in the service's folder, and commit:\n${generateHere('rename', '--finish')}`,
});

/** What may be in the way of a deletion that the removal alone would allow. */
function doubts({ lastRead }: ManagedSecret, { commit, merged }: Removal): readonly string[] {
  const removed = dayOf(commit.date);
  return [
    ...(lastRead !== undefined && lastRead > removed
      ? [`still read: on ${lastRead}, after its removal`]
      : []),
    ...(merged === false ? ["its removal is not on origin's default branch"] : []),
  ];
}

const dayOf = (date: string) => date.slice(0, 10);

const removalText = ({ path, commit }: Removal) =>
  `${path} removed by ${commit.id.slice(0, 7)} ${dayOf(commit.date)}`;

const renamingText = ({ path, commit, now }: Renaming) =>
  `${path} is pushed to ${now} since nx.json was changed by ${commit.id.slice(0, 7)} ${dayOf(commit.date)}`;

const readText = ({ lastRead }: ManagedSecret) => (lastRead === undefined ? '' : `last read ${lastRead}`);

/** Why a secret is never deleted, and what to do about it. */
function blockerOf(
  secret: ManagedSecret,
  options: Options,
  namings: readonly Options[],
): Omit<Skipped, 'kind'> | undefined {
  const { name, arn, owningService, rotation, primaryRegion } = secret;
  if (![options, ...namings].some((one) => namedBy(secret, one))) {
    return {
      code: 'secretMisnamed',
      reason: `its name is not "${options.secretName}" with its tags service and stage, nor an earlier pattern of nx.json`,
      fix: `If another repository owns it, leave it. Otherwise:\naws secretsmanager delete-secret --region ${regionOf(secret)} --secret-id ${name} --recovery-window-in-days 30`,
    };
  }
  if (owningService !== undefined)
    return {
      code: 'secretOfAwsService',
      reason: `belongs to another AWS service (${owningService})`,
      fix: 'Delete it there.',
    };
  if (rotation) {
    return {
      code: 'secretRotatedByAws',
      reason: 'rotated by Secrets Manager, so used outside Git',
      fix: `End the rotation, then run it again:\naws secretsmanager cancel-rotate-secret --region ${regionOf(secret)} --secret-id ${arn}`,
    };
  }
  const region = regionOf(secret);
  if (primaryRegion !== undefined && primaryRegion !== region) {
    return {
      code: 'secretIsReplica',
      reason: `a replica of the secret in ${primaryRegion}`,
      fix: removeReplicas(name, primaryRegion, [region]),
    };
  }
  return undefined;
}

/** The region that a secret is in. */
export const regionOf = ({ arn }: ManagedSecret): string => arn.split(':')[3] ?? '';

/** The account that a secret is in. */
export const accountOf = ({ arn }: ManagedSecret): string => arn.split(':')[4] ?? '';

/** The command that removes replicas of a secret. */
export const removeReplicas = (name: string, primaryRegion: string, regions: readonly string[]): string =>
  `Remove the replicas, then run it again:\naws secretsmanager remove-regions-from-replication --region ${primaryRegion} --secret-id ${name} --remove-replica-regions ${regions.join(' ')}`;
