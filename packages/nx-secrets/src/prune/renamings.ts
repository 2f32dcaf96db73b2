import { onDefaultBranch } from '../git/default-branch';
import { openObjects } from '../git/objects';
import { earlierNamesOf, type EarlierName, type EarlierNaming } from '../config/earlier-naming';
import { namesOf } from '../config/names';
import type { Options } from '../config/options';
import { secretFileAt, serviceRootOf } from '../config/secret-file-name';
import { serviceName } from '../config/services';
import { pathsByToken } from './successors';
import type { Renaming } from './states';
import type { ManagedSecret } from '../aws/secrets-manager/managed-secret';

/**
 * The secrets that a change of nx.json gave another name, by their old one: proved by the change in HEAD's history, and by a
 * version that is a revision of the file which is pushed under the new name now.
 *
 * @param secrets without a file by their name
 * @param present paths of the secret files of HEAD
 * @param namings how nx.json named them before
 */
export async function renamingsOf(
  secrets: readonly ManagedSecret[],
  present: readonly string[],
  namings: readonly EarlierNaming[],
  { workspaceRoot, options }: { readonly workspaceRoot: string; readonly options: Options },
): Promise<ReadonlyMap<string, Renaming>> {
  if (secrets.length === 0 || namings.length === 0) return new Map();
  const renamed = (
    await Promise.all(present.map((path) => earlierNames(workspaceRoot, path, namings, options)))
  ).flat();
  const asked = secrets.flatMap((secret) =>
    renamed.filter((one) => isOf(secret, one)).map((one) => ({ secret, ...one })),
  );
  const objects = openObjects(workspaceRoot);
  const revisions = await pathsByToken(
    workspaceRoot,
    [...new Set(asked.map(({ earlier }) => earlier.path))],
    new Set(asked.flatMap(({ secret }) => secret.current ?? [])),
    objects,
  ).finally(objects.close);
  const found = new Map<string, Renaming>();
  for (const { secret, earlier, now } of asked) {
    const { until: commit, path } = earlier;
    if (!commit || !revisions.get(secret.current ?? '')?.has(path)) continue;
    const merged = await onDefaultBranch(workspaceRoot, commit.id);
    found.set(secret.name, { path, commit, now, ...(merged === undefined ? {} : { merged }) });
  }
  return found;
}

/** A file's earlier name, and its name now. */
interface Renamed {
  readonly earlier: EarlierName;
  readonly now: string;
}

/** A secret says by its tags whose it is; the name alone may be anybody's. */
const isOf = ({ name, tags }: ManagedSecret, { earlier: { secretName, service, path } }: Renamed): boolean =>
  name === secretName && tags['service'] === service && tags['stage'] === secretFileAt(path)?.stage;

async function earlierNames(
  workspaceRoot: string,
  path: string,
  namings: readonly EarlierNaming[],
  options: Options,
): Promise<readonly Renamed[]> {
  const root = serviceRootOf(path);
  const stage = secretFileAt(path)?.stage ?? '';
  try {
    const service = await serviceName(workspaceRoot, root, options);
    const { secretName: now } = namesOf(service, stage, options, root);
    const names = await earlierNamesOf(workspaceRoot, path, now, namings);
    return names.map((earlier) => ({ earlier, now }));
  } catch {
    return []; // A name that AWS refuses stands for no secret.
  }
}
