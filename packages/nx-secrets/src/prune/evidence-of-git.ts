import { openObjects } from '../git/objects';
import { earlierNamings } from '../config/earlier-naming';
import { namesOf } from '../config/names';
import type { Options } from '../config/options';
import { secretFileAt, serviceRootOf } from '../config/secret-file-name';
import { serviceName } from '../config/services';
import type { ManagedSecret } from '../aws/secrets-manager/managed-secret';
import { removalsByToken, type SecretFileHistory } from './removed-files';
import { renamingsOf } from './renamings';
import { accountOf, regionOf } from './status';
import type { Evidence, Successor } from './states';
import { pathsByToken, successorsOf } from './successors';

/** The repository that proves, and its options now. */
interface Repository {
  readonly workspaceRoot: string;
  readonly options: Options;
}

/**
 * What Git's history proves about secrets that no file is pushed to.
 *
 * @param unused these
 * @param all the managed secrets that were found, among them those that replace others
 */
export async function evidenceOfGit(
  unused: readonly ManagedSecret[],
  all: readonly ManagedSecret[],
  history: SecretFileHistory,
  repository: Repository,
): Promise<Pick<Evidence, 'removals' | 'renamings' | 'successors' | 'deployed' | 'namings'>> {
  const { workspaceRoot, options } = repository;
  // What is not committed yet proves nothing.
  const namings = (unused.length > 0 ? await earlierNamings(workspaceRoot, options) : []).filter(
    ({ until }) => until !== undefined,
  );
  const current = new Set(unused.flatMap((secret) => secret.current ?? []));
  const removals = await removalsByToken(workspaceRoot, history.removals, current);
  const renamings = await renamingsOf(unused, history.present, namings, repository);
  const removed = unused.flatMap((secret) => {
    const removal = removals.get(secret.current ?? '');
    return removal ? [{ secret, removal }] : [];
  });
  const successors = await placed(await successorsOf(removed, history, repository), repository);
  const replacing = [...renamings.values(), ...[...successors.values()].flat()];
  return {
    removals,
    renamings,
    successors,
    deployed: await deployedOf(replacing, all, repository),
    namings: namings.map((one) => one.options),
  };
}

/** With the name that each file is pushed to. */
async function placed(
  successors: ReadonlyMap<string, readonly string[]>,
  { workspaceRoot, options }: Repository,
): Promise<ReadonlyMap<string, readonly Successor[]>> {
  const all = new Map<string, readonly Successor[]>();
  for (const [name, paths] of successors) {
    const files: Successor[] = [];
    for (const path of paths) {
      const root = serviceRootOf(path);
      const stage = secretFileAt(path)?.stage ?? '';
      const service = await serviceName(workspaceRoot, root, options);
      try {
        files.push({ path, now: namesOf(service, stage, options, root).secretName });
      } catch {
        // A name that AWS refuses is never there, and what it would replace stays.
        files.push({ path, now: `the secret of ${service}, stage ${stage}` });
      }
    }
    all.set(name, files);
  }
  return all;
}

/**
 * The names of those that are there in place of others: where nx.json has their stage, with a version that is a revision of
 * the file which is pushed to them. Another secret that only has the name replaces nothing.
 */
async function deployedOf(
  replacing: readonly Successor[],
  all: readonly ManagedSecret[],
  { workspaceRoot, options }: Repository,
): Promise<ReadonlySet<string>> {
  const pathOf = new Map(replacing.map(({ now, path }) => [now, path]));
  const candidates = all.filter((secret) => pathOf.has(secret.name) && isInPlace(secret, options));
  const objects = openObjects(workspaceRoot);
  const revisions = await pathsByToken(
    workspaceRoot,
    [...new Set(replacing.map(({ path }) => path))],
    new Set(candidates.flatMap(({ current }) => current ?? [])),
    objects,
  ).finally(objects.close);
  return new Set(
    candidates.flatMap(({ name, current, deleted }) =>
      deleted === undefined && revisions.get(current ?? '')?.has(pathOf.get(name) ?? '') ? [name] : [],
    ),
  );
}

/** Whether a secret is where nx.json has its stage, as far as that says where. */
function isInPlace(secret: ManagedSecret, options: Options): boolean {
  const { region, accountId } = options.stages.get(secret.tags['stage'] ?? '') ?? {};
  return (
    (region === undefined || region === regionOf(secret)) &&
    (accountId === undefined || accountId === accountOf(secret))
  );
}
