import type { Problem } from '../problem';
import type { DesiredKey, KeyIdentity } from './states';
import { runTarget } from '../config/commands';
import { cancelDeletion, enableKey } from '../config/enable-key';
import { toMultiRegion } from './multi-region-steps';

/** What the user overrode. */
export interface KeyOverrides {
  /** Aliases of keys to take over that were not made by nx-secrets. */
  readonly adopt: ReadonlySet<string>;
  /** Make keys usable that are disabled or scheduled for deletion. */
  readonly enable: boolean;
}

/** What forbids touching the key behind an alias, whatever is set on it; undefined where nothing does. */
export function blocker(desired: DesiredKey, key: KeyIdentity, overrides: KeyOverrides): Problem | undefined {
  const { names, where } = desired;
  const problem =
    foreignBlocker(desired, key) ??
    kindBlocker(desired, key) ??
    ownerBlocker(desired, key, overrides) ??
    regionsBlocker(desired, key) ??
    stateBlocker(desired, key, overrides);
  return problem && { ...problem, where: `${where}, ${names.keyAlias}` };
}

/** A key that nx.json gives to a stage as somebody else's is not changed by way of an alias that points at it. */
function foreignBlocker({ names, foreignKeys }: DesiredKey, key: KeyIdentity): Problem | undefined {
  const use = foreignKeys.get(key.id);
  if (use === undefined) return undefined;
  return {
    code: 'keyNotOurs',
    what: `${names.keyAlias} points at key ${key.id}, which nx.json names as a key that somebody else makes (${use})`,
    fix: `Each service has a key of its own in each stage: correct "kmsKeyArn" of ${use} in nx.json, or point the alias at this stage's own key.`,
  };
}

function kindBlocker({ names, scope }: DesiredKey, key: KeyIdentity): Problem | undefined {
  if (key.manager === 'AWS' || key.spec !== 'SYMMETRIC_DEFAULT') {
    return {
      code: 'unsupportedKey',
      what: `${names.keyAlias} points at key ${key.id}, which is not a symmetric customer managed key (${key.spec}, managed by ${key.manager})`,
      fix: 'Change "keyAlias" in nx.json, or remove the alias if nobody needs it; then run this again.',
    };
  }
  if (key.regions.kind === 'replica') {
    return {
      code: 'aliasOfReplica',
      what: `${names.keyAlias} points at a replica; its primary key is in ${key.regions.primary}`,
      fix: `Make it the primary again:\naws kms update-primary-region --region ${key.regions.primary} --key-id ${key.id} --primary-region ${scope.region}`,
    };
  }
  return undefined;
}

function ownerBlocker(
  { names, tags, files, scope }: DesiredKey,
  key: KeyIdentity,
  { adopt }: KeyOverrides,
): Problem | undefined {
  const moveAlias = `aws kms update-alias --region ${scope.region} --alias-name ${names.keyAlias} --target-key-id <id>`;
  const unreadable =
    files.length > 0 ? `; it could not decrypt what the former key encrypted in ${files.join(', ')}` : '';
  const other = (['service', 'stage'] as const).find(
    (tag) => key.tags[tag] !== undefined && key.tags[tag] !== tags[tag],
  );
  if (other !== undefined) {
    return {
      code: 'keyOfAnother',
      what: `${names.keyAlias} points at key ${key.id}, the key of another ${other} (its tag ${other} is "${key.tags[other]}")${unreadable}`,
      fix: `Point it back at this service's own key; its id is in CloudTrail (UpdateAlias):\n${moveAlias}\nIf it is that key and only the tag is wrong, correct the tag:\naws kms tag-resource --region ${scope.region} --key-id ${key.id} --tags TagKey=${other},TagValue=${tags[other]}`,
    };
  }
  const manager = key.tags['managed-by'];
  if (manager === tags['managed-by']) return undefined;
  const takeOver = runTarget(
    names.address,
    'provision-keys',
    `--stage=${names.stage}`,
    `--adopt=${names.keyAlias}`,
  );
  if (manager !== undefined) {
    return {
      code: 'keyManagedElsewhere',
      what: `key ${key.id} behind ${names.keyAlias} is managed by another tool, which would revert changes (its tag managed-by is "${manager}")${unreadable}`,
      fix: `Remove it from that tool first. Then remove the tag and adopt the key:\naws kms untag-resource --region ${scope.region} --key-id ${key.id} --tag-keys managed-by\n${takeOver}`,
    };
  }
  if (adopt.has(names.keyAlias)) return undefined;
  return {
    code: 'foreignKey',
    what: `${names.keyAlias} points at key ${key.id}, which nx-secrets did not create${unreadable}`,
    fix: `If it is this service's own key, adopt it, which sets its tags, rotation and policy:\n${takeOver}\nIf the alias was moved, point it back at the former key; its id is in CloudTrail (UpdateAlias):\n${moveAlias}`,
  };
}

/** A key that is being taken over is so first: only a stage's own key is replaced. */
function regionsBlocker(
  { names, replicaRegions, files, tags }: DesiredKey,
  key: KeyIdentity,
): Problem | undefined {
  if (key.regions.kind !== 'single' || replicaRegions.length === 0) return undefined;
  if (key.tags['managed-by'] !== tags['managed-by']) return undefined;
  return {
    code: 'singleRegionKey',
    what: `key ${key.id} is single-region, which KMS cannot change; nx.json wants replicas in ${replicaRegions.join(', ')}`,
    fix: ['In this order:', ...toMultiRegion(names, files)].join('\n'),
  };
}

function stateBlocker(
  { files, names }: DesiredKey,
  key: KeyIdentity,
  { enable }: KeyOverrides,
): Problem | undefined {
  if (key.state === 'Enabled') return undefined;
  const lost = files.length > 0 ? `; ${files.join(', ')} cannot be decrypted` : '';
  switch (key.state) {
    case 'Disabled':
      return enable
        ? undefined
        : {
            code: 'keyDisabled',
            what: `key ${key.id} is disabled${lost}`,
            fix: enableKey(names),
          };
    case 'PendingDeletion':
    case 'PendingReplicaDeletion':
      return enable
        ? undefined
        : {
            code: 'keyDeletionScheduled',
            what: `key ${key.id} is scheduled for deletion${key.deletionDate ? ` on ${key.deletionDate.slice(0, 10)}` : ''}${lost}`,
            fix: cancelDeletion(names),
          };
    default:
      return {
        code: 'keyNotReady',
        what: `key ${key.id} is not usable yet: its state is ${key.state}`,
        fix: 'Run it again in a minute.',
      };
  }
}
