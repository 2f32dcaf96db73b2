import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/** Writes a file whole or not at all, with the folders above it. */
export async function writeFileWhole(
  workspaceRoot: string,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  const file = join(workspaceRoot, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFileAtomic(file, typeof content === 'string' ? content : Buffer.from(content));
}
