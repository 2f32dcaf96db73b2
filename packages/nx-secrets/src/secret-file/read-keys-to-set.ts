import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EncryptedFile } from 'sops-codec';
import { textIfThere } from '../config/read-file';
import { assertNoLink } from '../files/links';
import { writeFileWhole } from '../files/write-file';
import { keysToSetPath, parseKeysToSet, sameSpelling, stillToSet } from './keys-to-set';

/** The keys that a secret file's stage has yet to get a value for. Throws as `parseKeysToSet` does. */
export async function readKeysToSet(
  workspaceRoot: string,
  path: string,
  file: EncryptedFile,
): Promise<readonly string[]> {
  const list = keysToSetPath(path);
  const text = await textIfThere(workspaceRoot, list);
  return text === undefined ? [] : stillToSet(parseKeysToSet(text, list), file, path);
}

/**
 * Takes the keys from a stage's list that its file has a value for by now; a list without keys is removed.
 *
 * @returns keys that are left
 */
export async function takeSetFromList(
  workspaceRoot: string,
  path: string,
  file: EncryptedFile,
): Promise<readonly string[]> {
  const list = keysToSetPath(path);
  const text = await textIfThere(workspaceRoot, list);
  if (text === undefined) return [];
  const listed = parseKeysToSet(text, list);
  const left = stillToSet(listed, file, path);
  if (left.length > 0 && left.length === listed.length) return left;
  await assertNoLink(workspaceRoot, list);
  if (left.length === 0) await rm(join(workspaceRoot, list), { force: true });
  else {
    const lines = text.split('\n');
    const kept = lines.filter((line) => !listed.includes(line.trim()) || left.includes(line.trim()));
    await writeFileWhole(workspaceRoot, list, kept.join('\n'));
  }
  return left;
}

/** What became of a key's place in the list. */
export interface TakenFromList {
  readonly wasListed: boolean;
  /** Keys that are left. */
  readonly left: readonly string[];
}

/**
 * Takes a key from a stage's list after it was set, or is not wanted; a list without keys is removed. Lines and comments of
 * others stay.
 */
export async function takeFromList(
  workspaceRoot: string,
  path: string,
  file: EncryptedFile,
  key: string,
): Promise<TakenFromList> {
  const list = keysToSetPath(path);
  const text = await textIfThere(workspaceRoot, list);
  if (text === undefined) return { wasListed: false, left: [] };
  const name = sameSpelling(key, file.format);
  const isKey = (line: string) => sameSpelling(line.trim(), file.format) === name;
  const before = parseKeysToSet(text, list);
  const left = stillToSet(
    before.filter((line) => !isKey(line)),
    file,
    path,
  );
  const wasListed = before.some(isKey);
  await assertNoLink(workspaceRoot, list);
  if (left.length === 0) await rm(join(workspaceRoot, list), { force: true });
  else if (wasListed)
    await writeFileWhole(
      workspaceRoot,
      list,
      text
        .split('\n')
        .filter((line) => !isKey(line))
        .join('\n'),
    );
  return { wasListed, left };
}
