import type { Clients } from '../aws/clients';
import { describeKey, type KeyRegions } from '../aws/kms/keys';
import { toMultiRegion } from '../keys/multi-region-steps';
import { toProblem, type Problem } from '../problem';
import { runTarget } from '../config/commands';
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
  const found = await Promise.all(regions.map((region) => hasKey(clientsIn(region), desired.names.keyAlias)));
  const missing = regions.filter((_, index) => found[index] === 'absent');
  if (missing.length === 0) return action;
  if (action.kind === 'update' || action.kind === 'promote') {
    const { replicas = [], ...others } = action.repairs;
    const rest = replicas.filter((region) => !missing.includes(region));
    const repairs = { ...others, ...(rest.length > 0 ? { replicas: rest } : {}), withoutKey: missing };
    return { ...action, repairs };
  }
  const key = await keyRegions(clientsIn(desired.scope.region), desired.names.keyAlias);
  return { kind: 'refuse', problem: noKeyThere(desired, missing, key) };
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
const hasKey = (clients: Clients, alias: string): Promise<'present' | 'absent' | 'unknown'> =>
  describeKey(clients, alias).then(
    (key) => (key ? 'present' : 'absent'),
    (error: unknown) => unlessDenied(error, 'unknown' as const),
  );

const keyRegions = (clients: Clients, alias: string): Promise<KeyRegions['kind'] | undefined> =>
  describeKey(clients, alias).then(
    (key) => key?.regions.kind,
    (error: unknown) => unlessDenied(error, undefined),
  );

function unlessDenied<T>(error: unknown, otherwise: T): T {
  if (toProblem(error).denied === undefined) throw error;
  return otherwise;
}

const noKeyThere = (
  { names, path, scope }: Desired,
  regions: readonly string[],
  key: KeyRegions['kind'] | undefined,
): Problem => ({
  code: 'noReplicaKey',
  what: `${names.secretName} is to have replicas in ${regions.join(', ')}, where ${names.keyAlias} does not exist${key === 'single' ? `: the key in ${scope.region} is single-region` : ''}`,
  where: path,
  fix: [
    'In this order:',
    ...(key === 'single'
      ? toMultiRegion(names, [path])
      : [
          "Create the key's replicas, then the secret's:",
          runTarget(names.address, 'provision-keys', `--stage=${names.stage}`),
          runTarget(names.address, 'sync-secrets', `--stage=${names.stage}`),
        ]),
  ].join('\n'),
});
