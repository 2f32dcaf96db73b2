import pLimit from 'p-limit';
import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { formatOf, parse, type Format, type WrappedKey } from 'sops-codec';
import { ownFiles } from '../../git/repository';
import { readWorkspaceFile } from '../../config/read-file';
import { parseKeyArn } from '../../aws/arn';
import { meansKey, type KeyNames, type LockedFile } from './loss';

/** Files that are read at once. */
const concurrency = 16;

/** Folders that hold nobody's secret files: what is in them is made or fetched. */
const madeFolders = new Set(['.git', '.nx', 'node_modules']);

/**
 * The SOPS files of the workspace, wherever they are and whatever they are called, that name a key without the encryption
 * context under which the stage's policy lets it be used.
 *
 * @param context what the policy asks for
 */
export async function lockedFiles(
  workspaceRoot: string,
  key: KeyNames,
  context: Readonly<Record<string, string>>,
): Promise<readonly LockedFile[]> {
  const limit = pLimit(concurrency);
  const paths = (await ownFiles(workspaceRoot, ['.'])) ?? (await filesBelow(workspaceRoot, ''));
  const found = await Promise.all(
    paths.map((path) =>
      limit(async () => {
        const bytes = await readWorkspaceFile(workspaceRoot, path).catch(() => undefined);
        return bytes && lockedIn(path, bytes, key, context);
      }),
    ),
  );
  return found.filter((file) => file !== undefined);
}

function lockedIn(
  path: string,
  bytes: Buffer,
  key: KeyNames,
  context: Readonly<Record<string, string>>,
): LockedFile | undefined {
  if (!bytes.includes('sops') || !mentions(bytes, key)) return undefined;
  const file = recipientsOf(path, bytes);
  if (file === undefined) return looksEncrypted(bytes) ? { path, named: undefined } : undefined;
  const named = file.recipients.find(
    (recipient) =>
      recipient.kind === 'kms' &&
      meansKey(key, parseKeyArn(recipient.arn)) &&
      Object.entries(context).some(([name, value]) => recipient.context?.[name] !== value),
  );
  if (named?.kind !== 'kms') return undefined;
  return file.format === formatOf(path) ? { path, named } : { path, named, format: file.format };
}

/** Whether a text can name the key at all: most files of a workspace cannot. */
const mentions = (bytes: Buffer, { id, aliases }: KeyNames): boolean =>
  [id, ...[...aliases.values()].flat()].some((name) => bytes.includes(name));

/** The recipients of a SOPS file; undefined for what is none. A name says little: sops takes any with `--input-type`. */
function recipientsOf(
  path: string,
  bytes: Buffer,
): { readonly format: Format; readonly recipients: readonly WrappedKey[] } | undefined {
  const formats: readonly Format[] = [...new Set([formatOf(path), 'yaml', 'json', 'dotenv', 'ini'] as const)];
  for (const format of formats) {
    try {
      return { format, recipients: parse(bytes, format).metadata.groups.flat() };
    } catch {
      // Not in this format.
    }
  }
  return undefined;
}

/** Whether a file that cannot be read is encrypted anyway: one with marks of a merge, say. */
const looksEncrypted = (bytes: Buffer): boolean => bytes.includes('ENC[AES256_GCM,');

/** The files below a folder, where Git cannot list them. */
async function filesBelow(workspaceRoot: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(workspaceRoot, folder), { withFileTypes: true }).catch(() => []);
  const below = await Promise.all(
    entries.map(async (entry) => {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) return madeFolders.has(entry.name) ? [] : filesBelow(workspaceRoot, path);
      return entry.isFile() ? [path] : [];
    }),
  );
  return below.flat();
}
