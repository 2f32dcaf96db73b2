import { commitThatAdded } from '../git/commit-names';
import { keyText } from './key-path';
import { pendingValuesIn } from './pending-values';
import { readSecretFile } from './read-write';

/** Pending values of a file that are listed; of more only the number. */
const listed = 20;

/**
 * Notes on the values that nobody has decrypted yet, by name, with the day and commit that added each: whoever may encrypt
 * may replace them, so somebody who may decrypt should look at them.
 *
 * @param paths of secret files, relative to the workspace; what cannot be read is a finding of its own, elsewhere
 */
export async function pendingNotes(
  workspaceRoot: string,
  paths: readonly string[],
): Promise<readonly string[]> {
  const notes = await Promise.all(paths.map((path) => noteOf(workspaceRoot, path).catch(() => [])));
  return notes.flat();
}

async function noteOf(workspaceRoot: string, path: string): Promise<readonly string[]> {
  const { file } = await readSecretFile(workspaceRoot, path);
  const values = pendingValuesIn(file.documents, path);
  if (values.length === 0) return [];
  const lines = await Promise.all(
    values.slice(0, listed).map(async ({ keys, encoded }) => {
      // The end is the MAC's and the data key's: no two values have it in common.
      const commit = await commitThatAdded(workspaceRoot, path, encoded.slice(-200));
      return `  ${keyText(keys, file.format)}  ${commit ? `${commit.date.slice(0, 10)}  ${commit.id}` : 'not committed'}`;
    }),
  );
  return [
    [
      `${path} has ${values.length === 1 ? 'a pending value' : `${values.length} pending values`}, which nobody has decrypted yet; whoever may encrypt may replace ${values.length === 1 ? 'it' : 'them'}:`,
      ...lines,
      ...(values.length > listed ? [`  and ${values.length - listed} more`] : []),
    ].join('\n'),
  ];
}
