import type { EncryptedFile } from 'sops-codec';
import type { Clients } from '../../aws/clients';
import { createAlias, updateAlias } from '../../aws/kms/change-keys';
import type { Key } from '../../aws/kms/keys';
import { ProblemError, toProblem } from '../../problem';
import { makeReplica } from '../make-key';
import { repair } from '../repair';
import type { DesiredKey } from '../states';
import type { RotationContext } from './context';
import { writeFile } from './re-encrypt';

/** The key behind the alias, and the one that follows it. */
interface Succession {
  readonly key: Pick<Key, 'id'>;
  readonly next: Key;
}

/**
 * Writes the file under both keys, then moves the alias, in regions of replicas before its own.
 *
 * @param both the file under both keys
 * @param restore writes the file as it was: after a refusal, since nothing has moved its own alias then
 * @throws ProblemError where AWS refuses; it says what holds
 */
export async function moveAlias(
  desired: DesiredKey,
  { clientsIn, file }: RotationContext,
  { key, next }: Succession,
  both: EncryptedFile,
  restore: () => Promise<void>,
): Promise<void> {
  try {
    await writeFile(file, both);
    // From here on the key is in use, so nobody takes it for one too many.
    await repair({ description: true }, desired, next, clientsIn);
    for (const region of desired.replicaRegions) await moveInRegion(region, desired, next, clientsIn);
    await updateAlias(clientsIn(desired.scope.region), desired.names.keyAlias, next.id);
  } catch (error) {
    const problem = toProblem(error);
    // Without an answer nobody knows whether it was moved.
    const isRefused = problem.denied !== undefined;
    if (isRefused) await restore();
    const state = isRefused
      ? replicasMay(desired)
      : `the file opens with key ${key.id} and with the new key ${next.id}, whichever of them the alias points at`;
    throw new ProblemError({ ...problem, what: `${problem.what}; ${state}` });
  }
}

/** Runs a step. What stops it says what holds then. */
export async function holding<T>(state: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const problem = toProblem(error);
    throw new ProblemError({ ...problem, what: `${problem.what}; ${state}` });
  }
}

/** Aliases of replicas are moved before the alias itself. */
const replicasMay = ({ names, replicaRegions }: DesiredKey): string =>
  replicaRegions.length === 0
    ? 'alias and file are as they were'
    : `the file and ${names.keyAlias} are as they were, but for the alias in ${replicaRegions.join(', ')}, which may point at the new key's replica`;

async function moveInRegion(
  region: string,
  desired: DesiredKey,
  { id }: Key,
  clientsIn: (region: string) => Clients,
): Promise<void> {
  const { names, scope } = desired;
  await makeReplica(clientsIn(scope.region), desired, id, region);
  const there = clientsIn(region);
  if (!(await createAlias(there, names.keyAlias, id))) await updateAlias(there, names.keyAlias, id);
}
