import { changesAmong } from '../git/changes';
import { isShallow } from '../git/repository';
import { openObjects, type Objects } from '../git/objects';
import { parseSecretFile, secretsFolder } from '../config/secret-file-name';
import { contentsOf } from './contents';
import { originsOf, type Contents, type Origins, type Step } from './value-age';

/**
 * Where the encrypted values of a workspace come from, by the history of HEAD: one walk over all secret files that there
 * ever were, so that a file that was renamed is followed. `unavailable` without Git or a commit; `shallow` where history
 * stops short of its beginning, so that nothing is known.
 */
export async function readOrigins(workspaceRoot: string): Promise<Origins | 'shallow' | 'unavailable'> {
  const shallow = await isShallow(workspaceRoot).catch(() => undefined);
  if (shallow === undefined) return 'unavailable';
  if (shallow) return 'shallow';
  const objects = openObjects(workspaceRoot);
  try {
    const read = reader(objects);
    const steps: Step[] = [];
    for await (const { path, commit, after, before } of changesAmong(
      workspaceRoot,
      `:(glob)**/${secretsFolder}/*.enc.*`,
    )) {
      const format = parseSecretFile(path.slice(path.lastIndexOf('/') + 1))?.format;
      if (format)
        steps.push({ commit, after: await read(after, format), before: await read(before, format) });
    }
    return originsOf(steps);
  } finally {
    await objects.close();
  }
}

/** Reads contents, each once: what one change leads from, the next one leads to. */
function reader({ read }: Objects) {
  const known = new Map<string, Contents | undefined>();
  return async (id: string | undefined, format: Parameters<typeof contentsOf>[1]) => {
    if (id === undefined) return undefined;
    if (!known.has(id)) {
      const bytes = await read(id);
      known.set(id, bytes && contentsOf(bytes, format));
    }
    return known.get(id);
  };
}
