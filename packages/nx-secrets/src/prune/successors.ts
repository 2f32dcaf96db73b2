import { parse } from 'sops-codec';
import { additionsOf, changesOf } from '../git/changes';
import { openObjects, type Objects } from '../git/objects';
import { earlierFormerly } from '../config/earlier-naming';
import { formerNames } from '../config/former-names';
import type { Options } from '../config/options';
import { secretFileAt, serviceRootOf } from '../config/secret-file-name';
import { keysWithValue } from '../secret-file/keys-to-set';
import { tokensOf } from '../sync/token';
import type { ManagedSecret } from '../aws/secrets-manager/managed-secret';
import { secretFiles, type RemovedFile, type SecretFileHistory } from './removed-files';
import type { Removal } from './states';

/**
 * The secret files of HEAD that go on where a removed one ended, by the name of its secret: a folder that was moved is a
 * removal, too, and its old secret may go only once the new one is there. A file goes on where `formerly` of nx.json names it;
 * where it had the same content; or where the commit that removed the old one added it, with the same keys.
 *
 * @param removed secrets whose file was removed
 */
export async function successorsOf(
  removed: readonly { readonly secret: ManagedSecret; readonly removal: Removal }[],
  history: SecretFileHistory,
  { workspaceRoot, options }: { readonly workspaceRoot: string; readonly options: Options },
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (removed.length === 0 || history.present.length === 0) return new Map();
  const objects = openObjects(workspaceRoot);
  try {
    const named = await namedBefore(workspaceRoot, history.present, options);
    const wanted = new Set(removed.flatMap(({ secret }) => secret.current ?? []));
    const same = await pathsByToken(workspaceRoot, history.present, wanted, objects);
    const found = new Map<string, readonly string[]>();
    for (const { secret, removal } of removed) {
      const paths = [
        ...(named.get(secret.name) ?? []),
        ...(same.get(secret.current ?? '') ?? []),
        ...(await addedInstead(workspaceRoot, removal.path, history, objects)),
      ];
      if (paths.length > 0) found.set(secret.name, [...new Set(paths)]);
    }
    return found;
  } finally {
    await objects.close();
  }
}

/** Files by the names that their secrets had, as `formerly` of nx.json has them in HEAD's history. */
async function namedBefore(
  workspaceRoot: string,
  present: readonly string[],
  options: Options,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  const all = await earlierFormerly(workspaceRoot, options);
  for (const path of present) {
    const stage = secretFileAt(path)?.stage ?? '';
    for (const formerly of all.get(serviceRootOf(path)) ?? []) {
      const { secretName } = formerNames(formerly, stage);
      found.set(secretName, [...(found.get(secretName) ?? []), path]);
    }
  }
  return found;
}

/** Which of the files had a revision of a token, by token. */
export async function pathsByToken(
  workspaceRoot: string,
  paths: readonly string[],
  wanted: ReadonlySet<string>,
  objects: Objects,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map<string, Set<string>>();
  if (paths.length === 0 || wanted.size === 0) return found;
  for await (const { path, after } of changesOf(workspaceRoot, paths)) {
    const bytes = after === undefined ? undefined : await objects.read(after);
    for (const token of bytes ? tokensOf(bytes) : [])
      if (wanted.has(token)) found.set(token, (found.get(token) ?? new Set()).add(path));
  }
  return found;
}

/** What the commit that removed a file added for the same stage, with the same keys; through further moves, as HEAD has it. */
async function addedInstead(
  workspaceRoot: string,
  path: string,
  { present, removals }: SecretFileHistory,
  objects: Objects,
): Promise<readonly string[]> {
  const isPresent = new Set(present);
  const byPath = new Map(removals.map((one) => [one.path, one]));
  const seen = new Set([path]);
  const found: string[] = [];
  for (const from of seen) {
    const removal = byPath.get(from);
    for (const to of removal ? await additionsLike(workspaceRoot, removal, objects) : []) {
      if (isPresent.has(to)) found.push(to);
      else seen.add(to);
    }
  }
  return found;
}

async function additionsLike(
  workspaceRoot: string,
  { commit, file, last }: RemovedFile,
  objects: Objects,
): Promise<readonly string[]> {
  const keys = await keysAt(objects, last, file);
  const found: string[] = [];
  for await (const { path, after } of additionsOf(workspaceRoot, commit.id, secretFiles)) {
    const added = secretFileAt(path);
    if (!added || added.stage !== file.stage) continue;
    const own = await keysAt(objects, after, added);
    if (keys !== undefined && own === keys) found.push(path);
  }
  return found;
}

/** The names of a revision's keys as one text; undefined where it cannot be read. */
async function keysAt(
  objects: Objects,
  id: string | undefined,
  { format, path }: RemovedFile['file'],
): Promise<string | undefined> {
  const bytes = id === undefined ? undefined : await objects.read(id);
  if (!bytes) return undefined;
  try {
    return JSON.stringify([...keysWithValue(parse(bytes, format), path)].sort());
  } catch {
    return undefined;
  }
}
