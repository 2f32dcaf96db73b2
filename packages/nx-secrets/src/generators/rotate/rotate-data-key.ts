import { rotate, type EncryptedFile, type Keyring } from 'sops-codec';
import { openWhole } from '../../additions/open-whole';
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
    const rotated = await placedAsync(path, () => underNewDataKey(file, keyring, path));
    await writeSecretFile(workspaceRoot, path, rotated);
  });
}

async function underNewDataKey(file: EncryptedFile, keyring: Keyring, path: string): Promise<EncryptedFile> {
  const opened = await openWhole(file, keyring, path);
  try {
    return await rotate(opened, keyring);
  } finally {
    opened.dataKey.fill(0);
  }
}
