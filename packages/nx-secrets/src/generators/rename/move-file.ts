import { rotate, withDataKey, type Recipient } from 'sops-codec';
import type { Caller } from '../../aws/caller';
import { parseKeyArn } from '../../aws/arn';
import { throwProblem, toProblem, type Problem } from '../../problem';
import { assertOwnAccount, assertRewritable } from '../../secret-file/assert-rewritable';
import { decryptWithPending } from '../../secret-file/decrypt-with-pending';
import { placedAsync, readSecretFile, whileLocked, writeSecretFile } from '../../secret-file/read-write';
import type { FormerNames } from '../../config/former-names';
import type { Names } from '../../config/names';
import { isStageKey, keyResource } from '../../config/stage-key';
import type { StageOptions } from '../../config/stage-options';
import { movedArn } from './renamed-rules';

/** A secret file that is put under the key of its new name. */
export interface FileMove {
  readonly workspaceRoot: string;
  readonly root: string;
  /** Relative to the workspace. */
  readonly path: string;
  readonly names: Names;
  readonly former: FormerNames;
  readonly stage: StageOptions;
  /** Key aliases of all services and stages, with whom they belong to. */
  readonly owners: ReadonlyMap<string, string>;
}

/**
 * Encrypts a secret file for the key of its new name, under a new data key, with the values, comments and order that it
 * has. It is opened with the key of the former name and with nothing else, as that service's and stage's own.
 *
 * @returns `moved`; `present` where it is under the new key already; `later` where that key does not exist yet
 * @throws ProblemError where the former key does not open it, or where it could not be rewritten under its new name
 */
export async function moveFile(
  move: FileMove,
  { keyring, account }: Pick<Caller, 'keyring' | 'account'>,
): Promise<'moved' | 'present' | 'later'> {
  const { workspaceRoot, path, names, former, stage } = move;
  return whileLocked(workspaceRoot, path, async () => {
    const { file } = await readSecretFile(workspaceRoot, path);
    const aliases = [{ from: former.keyAlias, to: names.keyAlias }];
    const isOfFormer = ({ arn, context }: KmsKey): boolean =>
      names.foreignKey
        ? arn === names.foreignKey.arn && context?.['service'] === former.service
        : movedArn(arn, aliases) !== arn;
    const entries = file.metadata.groups.flat().filter((one) => one.kind === 'kms');
    const keysAmong = (some: readonly KmsKey[]) => some.flatMap(({ arn }) => parseKeyArn(arn) ?? []);
    const old = keysAmong(entries.filter(isOfFormer));
    const [named] = [...old.filter(({ region }) => region === stage.region), ...old];
    const isSame = names.foreignKey ? former.service === names.service : former.keyAlias === names.keyAlias;
    if (isSame || !named)
      return keysAmong(entries).some((key) => isStageKey(key, names))
        ? 'present'
        : throwProblem(neither(move));
    const groups = file.metadata.groups.map((group) =>
      group.map((one) =>
        one.kind === 'kms' && isOfFormer(one)
          ? {
              ...one,
              arn: names.foreignKey ? one.arn : movedArn(one.arn, aliases),
              context: { ...one.context, service: names.service, stage: names.stage },
            }
          : one,
      ),
    );
    // As it will be: its own, in the right account, with listed recipients only.
    const next = await assertRewritable({ ...file, metadata: { ...file.metadata, groups } }, move);
    await assertOwnAccount(next, move, account);
    const own = { arn: named.arn, service: former.service, stage: names.stage };
    try {
      const moved = await placedAsync(path, () =>
        withDataKey(decryptWithPending(file, own, keyring, path), (opened) =>
          rotate(opened, keyring, { groups }),
        ),
      );
      await writeSecretFile(workspaceRoot, path, moved);
      return 'moved';
    } catch (error) {
      const problem = toProblem(error);
      const isMissing = problem.code === 'keyNotFound' && problem.where?.includes(next.arn);
      return isMissing ? 'later' : throwProblem(problem);
    }
  });
}

/** A KMS recipient, as far as it says whose a file is. */
type KmsKey = Pick<Extract<Recipient, { readonly kind: 'kms' }>, 'arn' | 'context'>;

const neither = ({ names, former, path }: FileMove): Problem => ({
  code: 'notOwnKey',
  what: `the file is encrypted neither with ${former.keyAlias} nor with ${keyResource(names)}`,
  where: path,
  fix: 'Check out the revision that was encrypted with one of them, and run it again.',
});
