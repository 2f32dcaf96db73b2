import { rotate, withDataKey } from 'sops-codec';
import { decryptWithPending } from '../../secret-file/decrypt-with-pending';
import type { Caller } from '../../aws/caller';
import { throwProblem, toProblem, type Problem } from '../../problem';
import { assertOwnAccount, assertRewritable } from '../../secret-file/assert-rewritable';
import { newDataKey } from '../../secret-file/other-key';
import { identityOf } from '../../secret-file/recipients';
import { placedAsync, readSecretFile, whileLocked, writeSecretFile } from '../../secret-file/read-write';
import { lookAtForeignKey } from '../../keys/look-at-foreign-key';
import { runTarget } from '../../config/commands';
import { keyResource } from '../../config/stage-key';
import { changedGroups, type KeyChange } from './key-change';
import { rewriteOf, type Target, type Targets } from './targets';

/**
 * Encrypts a secret file under a new data key, for the recipients that it has. Its values stay as they are.
 *
 * @param change where nx.json names another key than before: the file is opened with that one, and encrypted for the new one
 */
export async function rotateDataKey(
  target: Target,
  targets: Targets,
  { keyring, account, clientsIn }: Pick<Caller, 'keyring' | 'account' | 'clientsIn'>,
  change?: KeyChange,
): Promise<void> {
  const { path, problem } = target;
  const { workspaceRoot } = targets;
  if (problem) throwProblem(problem);
  const { foreignKey } = target.names;
  // Before the file is under it: the key of another service would open it, and no sync would push it.
  if (change && foreignKey)
    await lookAtForeignKey(clientsIn, {
      names: target.names,
      scope: foreignKey,
      replicaRegions: [],
      where: path,
    });
  await whileLocked(workspaceRoot, path, async () => {
    const { file } = await readSecretFile(workspaceRoot, path);
    const rewrite = rewriteOf(target, targets);
    // Another run may have changed the key meanwhile.
    const isChanged =
      change && file.metadata.groups.flat().some((one) => identityOf(one) === change.from.arn);
    const groups = isChanged ? changedGroups(file, change, target.names) : file.metadata.groups;
    // As it will be: its own, in the right account, with listed recipients only.
    const next = await assertRewritable({ ...file, metadata: { ...file.metadata, groups } }, rewrite);
    await assertOwnAccount(next, rewrite, account);
    const own = isChanged ? { ...next, arn: change.from.arn } : next;
    const rotated = await placedAsync(path, () =>
      withDataKey(decryptWithPending(file, own, keyring, path), (opened) =>
        rotate(opened, keyring, isChanged ? { groups } : {}),
      ),
    ).catch((error: unknown) => {
      const found = toProblem(error);
      const isMissing = found.code === 'keyNotFound' && found.where?.includes(next.arn);
      return throwProblem(isMissing && isChanged ? notMadeYet(target) : found);
    });
    await writeSecretFile(workspaceRoot, path, rotated);
  });
}

/** The rule names the key of now by then, so that it can be made. */
const notMadeYet = ({ names, path }: Target): Problem => ({
  code: 'noKey',
  what: `${keyResource(names)} does not exist yet, so the file stays under its key`,
  where: path,
  fix: names.foreignKey
    ? `Ask whoever makes the key, and correct "kmsKeyArn" for stage ${names.stage} in nx.json if the ARN is wrong. Then:\n${newDataKey(names)}`
    : `Make it, then run this again:\n${runTarget(names.address, 'provision-keys', `--stage=${names.stage}`)}\n${newDataKey(names)}`,
});
