import type { Clients } from '../aws/clients';
import { describeSecret } from '../aws/secrets-manager/secrets';
import { foreignKeyProblem, type KeyTarget } from '../keys/foreign-key';
import { keyTarget } from '../keys/look-at-foreign-key';
import { toMultiRegion } from '../keys/multi-region-steps';
import { toProblem, type Problem } from '../problem';
import { runTarget } from '../config/commands';
import { keyArnIn } from '../config/stage-key';
import type { Action, Desired } from './states';

/**
 * A secret is replicated under the replica of its key. Secrets Manager takes an order for a key that is not there and
 * fails later, so it is not given one: a push goes without, and anything else is refused with what has to come first.
 *
 * @param clientsIn clients for a region, of the stage's account and role
 * @throws ProblemError where a region does not answer
 */
export async function withReplicaKeys(
  action: Action,
  desired: Desired,
  clientsIn: (region: string) => Clients,
): Promise<Action> {
  const regions = replicatedTo(action, desired);
  if (regions.length === 0) return action;
  const keyIn = (region: string) => keyArnIn(region, desired.scope.accountId, desired.names);
  const found = await Promise.all(regions.map((region) => hasKey(clientsIn(region), keyIn(region))));
  const missing = regions.filter((_, index) => found[index] === 'absent');
  if (missing.length === 0)
    return action.kind === 'repair' ? unlessTaken(action, desired, clientsIn) : action;
  if (action.kind === 'update' || action.kind === 'promote') {
    const { replicas = [], ...others } = action.repairs;
    const rest = replicas.filter((region) => !missing.includes(region));
    const repairs = { ...others, ...(rest.length > 0 ? { replicas: rest } : {}), withoutKey: missing };
    return { ...action, repairs };
  }
  const own = await keyTarget(clientsIn(desired.scope.region), keyIn(desired.scope.region));
  return {
    kind: 'refuse',
    problem: noForeignKeyThere(desired, missing, own) ?? noKeyThere(desired, missing, own),
  };
}

/**
 * A secret of that name in a replica region is one that was promoted there, or somebody else's: AWS would take the order
 * and fail later. A push is not kept from going by that.
 */
async function unlessTaken(
  action: Action,
  desired: Desired,
  clientsIn: (region: string) => Clients,
): Promise<Action> {
  const { names, path, scope } = desired;
  for (const region of replicatedTo(action, desired)) {
    const remote = await describeSecret(clientsIn(region), names.secretName).catch((error: unknown) =>
      unlessDenied(error, { kind: 'absent' as const }),
    );
    if (remote.kind === 'absent') continue;
    const replica = `Region=${region},KmsKeyId=${keyArnIn(region, scope.accountId, names)}`;
    return {
      kind: 'refuse',
      problem: {
        code: 'replicaNameTaken',
        what: `${names.secretName} is to have a replica in ${region}, where a secret of that name exists: a replica that was promoted, or somebody else's`,
        where: path,
        fix: `If it is somebody else's, rename one of the two. Otherwise replace it by a replica; its value is lost:\naws secretsmanager replicate-secret-to-regions --region ${scope.region} --secret-id ${names.secretName} --add-replica-regions ${replica} --force-overwrite-replica-secret`,
      },
    };
  }
  return action;
}

/** Whether an action would replicate the secret anywhere. */
export const replicates = (action: Action, desired: Desired): boolean =>
  replicatedTo(action, desired).length > 0;

/** Regions that an action would replicate the secret to. */
function replicatedTo(action: Action, { replicaRegions }: Desired): readonly string[] {
  switch (action.kind) {
    case 'create':
      return replicaRegions;
    case 'repair':
    case 'update':
    case 'promote':
      return action.repairs.replicas ?? [];
    default:
      return [];
  }
}

/** Whoever may not look leaves it to AWS. */
const hasKey = async (clients: Clients, arn: string): Promise<'present' | 'absent' | 'unknown'> =>
  (({ key: 'present', none: 'absent', unseen: 'unknown' }) as const)[(await keyTarget(clients, arn)).kind];

function unlessDenied<T>(error: unknown, otherwise: T): T {
  if (toProblem(error).denied === undefined) throw error;
  return otherwise;
}

/** Where somebody else makes the key, they make its replicas, too. */
const noForeignKeyThere = (
  { names, path, scope, replicaRegions }: Desired,
  missing: readonly string[],
  own: KeyTarget,
): Problem | undefined =>
  names.foreignKey &&
  foreignKeyProblem(
    { names, scope, replicaRegions, where: path },
    own,
    new Map(missing.map((region) => [region, { kind: 'none' }])),
  );

const noKeyThere = (
  { names, path, scope }: Desired,
  regions: readonly string[],
  own: KeyTarget,
): Problem => ({
  code: 'noReplicaKey',
  what: `${names.secretName} is to have replicas in ${regions.join(', ')}, where ${names.keyAlias} does not exist${isSingle(own) ? `: the key in ${scope.region} is single-region` : ''}`,
  where: path,
  fix: [
    'In this order:',
    ...(isSingle(own)
      ? toMultiRegion(names, [path])
      : [
          "Create the key's replicas, then the secret's:",
          runTarget(names.address, 'provision-keys', `--stage=${names.stage}`),
          runTarget(names.address, 'sync-secrets', `--stage=${names.stage}`),
        ]),
  ].join('\n'),
});

const isSingle = (own: KeyTarget): boolean => own.kind === 'key' && own.key.regions.kind === 'single';
