import { onDefaultBranch } from '../git/default-branch';
import { openObjects } from '../git/objects';
import { generateHere } from '../config/commands';
import { earlierNamesOf, earlierNamings, type EarlierName } from '../config/earlier-naming';
import type { Options } from '../config/options';

/** A secret file, and the secret that it is pushed to. */
export interface PushedFile {
  /** Relative to the workspace. */
  readonly path: string;
  readonly secretName: string;
}

/** Names that a note lists before it only counts the others. */
const namesShown = 5;

/**
 * Notes on secrets that are left under another name: nx.json made that of its `secretName` or `services` when the file was
 * there already. Told by Git alone, since nobody need be allowed to look at the old name.
 *
 * @param files those that are pushed to a secret which is new, or may be
 * @param onlyNew leave changes of nx.json out that are on origin's default branch: they were reported before
 */
export async function leftSecrets(
  workspaceRoot: string,
  files: readonly PushedFile[],
  options: Options,
  onlyNew = false,
): Promise<readonly string[]> {
  if (files.length === 0) return [];
  const namings = await earlierNamings(workspaceRoot, options);
  if (namings.length === 0) return [];
  const objects = openObjects(workspaceRoot);
  const wasThere = async ({ path, until }: EarlierName) =>
    (await objects.read(`${until ? `${until.id}^1` : 'HEAD'}:./${path}`)) !== undefined;
  const isTold = async ({ until }: EarlierName) =>
    onlyNew && until !== undefined && (await onDefaultBranch(workspaceRoot, until.id)) === true;
  try {
    const left = new Map<string, { earlier: EarlierName; now: string }[]>();
    for (const { path, secretName: now } of files) {
      for (const earlier of await earlierNamesOf(workspaceRoot, path, now, namings)) {
        if (path.includes('\n') || !(await wasThere(earlier)) || (await isTold(earlier))) continue;
        const id = earlier.until?.id ?? '';
        left.set(id, [...(left.get(id) ?? []), { earlier, now }]);
      }
    }
    return [...left.values()].map(note);
  } finally {
    await objects.close();
  }
}

function note(left: readonly { readonly earlier: EarlierName; readonly now: string }[]): string {
  const names = left
    .slice(0, namesShown)
    .map(({ earlier, now }) => `${earlier.secretName} (now ${now})`)
    .join(', ');
  const more = left.length > namesShown ? ` and ${left.length - namesShown} more` : '';
  const until = left[0]?.earlier.until;
  const change = until
    ? `commit ${until.id.slice(0, 7)} (${until.date.slice(0, 10)})`
    : 'an uncommitted change';
  return `${change} changed names in nx.json; secrets of the old names are kept: ${names}${more}. Give the new names to the services that read them; this lists the old secrets with their last use, and deletes them with --delete: ${generateHere('prune')}`;
}
