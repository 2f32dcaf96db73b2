import { keyIdIn } from '../aws/arn';
import type { Key } from '../aws/kms/keys';
import type { Remote } from '../aws/secrets-manager/remote-secret';
import { runTarget } from '../config/commands';
import { keyResource } from '../config/stage-key';
import { cancelDeletion, enableKey, makeUsable } from '../config/enable-key';
import type { Problem } from '../problem';
import { foreignKeyProblem, type KeyTarget } from '../keys/foreign-key';
import type { KeyLook } from './key-look';
import { replicateAgain } from './plan';
import type { Desired } from './states';

/**
 * What is wrong with the keys of a secret, whatever is to be pushed: services cannot read the value, or nobody can open
 * the file. Undefined where nothing is, and where nobody let us see.
 */
export function keyBlocker(
  desired: Desired,
  remote: Remote,
  { own, replicas, valueKey }: KeyLook,
): Problem | undefined {
  const { scope, names } = desired;
  if (names.foreignKey) return foreignBlocker(desired, remote, { own, replicas });
  const here = ownBlocker(desired, own, valueKey);
  if (here) return here;
  for (const [region, target] of replicas) {
    const there =
      replicaBlocker(desired, region, target, own.kind === 'key' ? own.key : undefined) ??
      otherKeyBlocker(desired, region, target, remote);
    if (there) return { ...there, where: `${desired.path}, ${desired.names.keyAlias} in ${region}` };
  }
  return own.kind === 'key' && own.key.regions.kind === 'replica'
    ? {
        code: 'aliasOfReplica',
        what: `${desired.names.keyAlias} points at a replica; its primary key is in ${own.key.regions.primary}`,
        where: placeOf(desired),
        fix: `Make it the primary again:\naws kms update-primary-region --region ${own.key.regions.primary} --key-id ${own.key.id} --primary-region ${scope.region}`,
      }
    : undefined;
}

/** Replicas of the secret are looked at where they are; where one is to come, sync/replica-keys.ts does. */
function foreignBlocker(
  { names, scope, path }: Desired,
  remote: Remote,
  { own, replicas }: Pick<KeyLook, 'own' | 'replicas'>,
): Problem | undefined {
  const problem = foreignKeyProblem({ names, scope, replicaRegions: [], where: path }, own, replicas);
  if (problem) return problem;
  for (const [region, target] of replicas) {
    const there = otherKeyBlocker({ names, scope }, region, target, remote);
    if (there) return { ...there, where: `${path}, stage ${names.stage} in ${region}` };
  }
  return undefined;
}

const placeOf = ({ path, names }: Desired) => `${path}, ${names.keyAlias}`;

function ownBlocker(desired: Desired, own: KeyTarget, valueKey: string | undefined): Problem | undefined {
  const { names, scope, path } = desired;
  const where = placeOf(desired);
  if (own.kind === 'unseen') return undefined;
  if (own.kind === 'none')
    return {
      code: 'noKey',
      what: `${names.keyAlias} does not exist in ${scope.region}, so ${path} cannot be decrypted and nothing can be pushed`,
      where,
      fix: [
        'Give the key its alias again:',
        runTarget(names.address, 'provision-keys', `--stage=${names.stage}`),
        ...(valueKey === undefined
          ? []
          : [
              'If that finds several keys, the one of the deployed value is this:',
              `aws kms create-alias --region ${scope.region} --alias-name ${names.keyAlias} --target-key-id ${valueKey}`,
            ]),
      ].join('\n'),
    };
  const { key } = own;
  if (valueKey !== undefined && valueKey !== key.id)
    return {
      code: 'aliasElsewhere',
      what: `${names.keyAlias} points at key ${key.id}, but the deployed value of ${names.secretName} is under key ${valueKey}: ${path} cannot be decrypted, and nothing can be pushed`,
      where,
      fix: `Point the alias back:\naws kms update-alias --region ${scope.region} --alias-name ${names.keyAlias} --target-key-id ${valueKey}`,
    };
  switch (key.state) {
    case 'Disabled':
      return {
        code: 'keyDisabled',
        what: `key ${key.id} is disabled: services cannot read ${names.secretName}, and ${path} cannot be decrypted`,
        where,
        fix: enableKey(names),
      };
    case 'PendingDeletion':
    case 'PendingReplicaDeletion':
      return {
        code: 'keyDeletionScheduled',
        what: `key ${key.id} is scheduled for deletion${dayOf(key)}: services cannot read ${names.secretName}, and ${path} cannot be decrypted`,
        where,
        fix: cancelDeletion(names),
      };
    default:
      return undefined;
  }
}

/** In a region of replicas services read the replica of the secret with that of the key. */
function replicaBlocker(
  { names }: Desired,
  region: string,
  target: KeyTarget,
  own: Key | undefined,
): Omit<Problem, 'where'> | undefined {
  if (target.kind === 'unseen') return undefined;
  if (target.kind === 'none')
    return {
      code: 'noReplicaKey',
      what: `${names.keyAlias} does not exist in ${region}, where ${names.secretName} has a replica`,
      fix: `Create it:\n${runTarget(names.address, 'provision-keys', `--stage=${names.stage}`)}`,
    };
  const { id, state } = target.key;
  const aws = (command: string, key: string) => `aws kms ${command} --region ${region} ${key}`;
  if (own && id !== own.id)
    return {
      code: 'replicaAliasElsewhere',
      what: `${names.keyAlias} points at key ${id} in ${region}, not at the replica of ${own.id}`,
      fix: `Point it back:\n${aws('update-alias', `--alias-name ${names.keyAlias} --target-key-id ${own.id}`)}`,
    };
  if (!['Disabled', 'PendingDeletion', 'PendingReplicaDeletion'].includes(state)) return undefined;
  return {
    code: 'replicaNotUsable',
    what: `the replica of key ${id} in ${region} is ${state === 'Disabled' ? 'disabled' : `scheduled for deletion${dayOf(target.key)}`}: services there cannot read ${names.secretName}`,
    fix: makeUsable(names),
  };
}

/** A replica of the secret under another key than that of the stage; AWS may name the key by alias or by id. */
function otherKeyBlocker(
  { names, scope }: Pick<Desired, 'names' | 'scope'>,
  region: string,
  target: KeyTarget,
  remote: Remote,
): Omit<Problem, 'where'> | undefined {
  const name = remote.kind === 'present' ? remote.replicas.get(region)?.kmsKeyId : undefined;
  if (name === undefined || target.kind !== 'key') return undefined;
  const isOwn =
    name === keyResource(names) || name.endsWith(`:${keyResource(names)}`) || keyIdIn(name) === target.key.id;
  return isOwn
    ? undefined
    : {
        code: 'replicaUnderOtherKey',
        what: `the replica of ${names.secretName} in ${region} is under ${name}, not under ${keyResource(names)}`,
        fix: `Remove the replica, and let the next sync create it again; until then nobody can read it there:\n${replicateAgain(names, scope, region)}`,
      };
}

const dayOf = ({ deletionDate }: Key) =>
  deletionDate === undefined ? '' : ` on ${deletionDate.slice(0, 10)}`;
