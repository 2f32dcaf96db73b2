import { rotate, withDataKey, type EncryptedFile, type Keyring } from 'sops-codec';
import { decryptWithPending } from '../../secret-file/decrypt-with-pending';
import type { Caller } from '../../aws/caller';
import { throwProblem } from '../../problem';
import { assertOwnAccount, assertRewritable } from '../../secret-file/assert-rewritable';
import type { OwnKey } from '../../secret-file/own-key';
import { placedAsync, readSecretFile, whileLocked, writeSecretFile } from '../../secret-file/read-write';
import { rewriteOf, type Target, type Targets } from './targets';

/** Encrypts a secret file under a new data key, for the recipients that it has. Its values stay as they are. */
export async function rotateDataKey(
  target: Target,
  targets: Targets,
  { keyring, account }: Pick<Caller, 'keyring' | 'account'>,
): Promise<void> {
  const { path, problem } = target;
  const { workspaceRoot } = targets;
  if (problem) throwProblem(problem);
  await whileLocked(workspaceRoot, path, async () => {
    const { file } = await readSecretFile(workspaceRoot, path);
    const rewrite = rewriteOf(target, targets);
    const own = await assertRewritable(file, rewrite);
    await assertOwnAccount(own, rewrite, account);
    const rotated = await placedAsync(path, () => underNewDataKey(file, own, keyring, path));
    await writeSecretFile(workspaceRoot, path, rotated);
  });
}

const underNewDataKey = (
  file: EncryptedFile,
  own: OwnKey,
  keyring: Keyring,
  path: string,
): Promise<EncryptedFile> =>
  withDataKey(decryptWithPending(file, own, keyring, path), (opened) => rotate(opened, keyring));
