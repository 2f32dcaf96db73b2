import type { Clients } from '../aws/clients';
import { describeKey } from '../aws/kms/keys';
import { keyArnIn } from '../config/stage-key';
import { throwProblem, toProblem } from '../problem';
import { foreignKeyProblem, type ForeignKeyUse, type KeyTarget } from './foreign-key';

/**
 * What is at a key's ARN or alias.
 *
 * @throws ProblemError where AWS gives no answer; a refusal is one
 */
export const keyTarget = (clients: Clients, name: string): Promise<KeyTarget> =>
  describeKey(clients, name).then(
    (key) => (key ? { kind: 'key', key } : { kind: 'none' }),
    (error: unknown) => (toProblem(error).denied === undefined ? throwProblem(toProblem(error)) : unseen),
  );

const unseen: KeyTarget = { kind: 'unseen' };

/**
 * Looks at a key that somebody else makes, and at its replicas, by DescribeKey alone.
 *
 * @returns whether it could be seen
 * @throws ProblemError where it is none that files and secrets can be encrypted with
 */
export async function lookAtForeignKey(
  clientsIn: (region: string) => Clients,
  use: ForeignKeyUse,
): Promise<'usable' | 'unseen'> {
  const { names, scope, replicaRegions } = use;
  const targetIn = (region: string) => keyTarget(clientsIn(region), keyArnIn(region, scope.accountId, names));
  const own = await targetIn(scope.region);
  const replicas = await Promise.all(
    replicaRegions.map(async (region) => [region, await targetIn(region)] as const),
  );
  const problem = foreignKeyProblem(use, own, new Map(replicas));
  if (problem) throwProblem(problem);
  return own.kind === 'unseen' ? 'unseen' : 'usable';
}
