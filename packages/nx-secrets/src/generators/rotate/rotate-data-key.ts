import { decrypt, rotate, type EncryptedFile, type Keyring } from 'sops-codec';
import { fail } from '../../problem';
import { ownership } from '../../sync/ownership';
import { placedAsync, readSecretFile, whileLocked, writeSecretFile } from '../../workspace/secret-file-io';
import type { Target, Targets } from './targets';

/** Encrypts a secret file under a new data key, for the recipients that it has. Its values stay as they are. */
export async function rotateDataKey(
  { names, path }: Target,
  { workspaceRoot, owners }: Targets,
  keyring: Keyring,
): Promise<void> {
  await whileLocked(workspaceRoot, path, async () => {
    const { file } = await readSecretFile(workspaceRoot, path);
    const own = ownership(file, names, owners, path);
    if (own.kind === 'refused') fail(own.problem);
    const rotated = await placedAsync(path, () => underNewDataKey(file, keyring));
    await writeSecretFile(workspaceRoot, path, rotated);
  });
}

async function underNewDataKey(file: EncryptedFile, keyring: Keyring): Promise<EncryptedFile> {
  const opened = await decrypt(file, keyring);
  try {
    return await rotate(opened, keyring);
  } finally {
    opened.dataKey.fill(0);
  }
}
