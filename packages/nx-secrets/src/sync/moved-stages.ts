import { changesOf, type Commit } from '../git/changes';
import { openObjects } from '../git/objects';
import type { Desired } from './states';

/** Where a stage was: as the key of an earlier revision of its file says. */
interface EarlierPlace {
  readonly region: string;
  readonly accountId: string;
  /** The commit that has the file with that key last. */
  readonly commit: Commit;
}

/**
 * Notes on secrets that are left in another region or account, where the stage was before: its file's key says where that
 * was. Told by Git alone, when the secret is made in the new place: nobody need be allowed to look at the old one.
 *
 * @param created what was pushed to a secret that is new, or would be
 */
export async function movedStages(
  workspaceRoot: string,
  created: readonly Desired[],
): Promise<readonly string[]> {
  if (created.length === 0) return [];
  const places = await earlierPlaces(workspaceRoot, created);
  return created.flatMap((one) => {
    const place = places.get(one.path);
    return place ? [note(one, place)] : [];
  });
}

/** By path; only the last place before the one of now. */
async function earlierPlaces(
  workspaceRoot: string,
  created: readonly Desired[],
): Promise<ReadonlyMap<string, EarlierPlace>> {
  const byPath = new Map(created.map((one) => [one.path, one]));
  const found = new Map<string, EarlierPlace>();
  const objects = openObjects(workspaceRoot);
  try {
    for await (const { path, commit, after } of changesOf(workspaceRoot, [...byPath.keys()])) {
      const desired = byPath.get(path);
      if (!desired || after === undefined || found.has(path)) continue;
      const place = placeIn((await objects.read(after)) ?? new Uint8Array(), desired);
      if (place) found.set(path, { ...place, commit });
      if (found.size === byPath.size) break;
    }
  } catch {
    // Without Git there is nothing to tell.
  } finally {
    await objects.close();
  }
  return found;
}

/** The place of the stage's own key in a revision, where it is another than now; recipients are not encrypted. */
function placeIn(
  bytes: Uint8Array,
  { names, scope }: Desired,
): Pick<EarlierPlace, 'region' | 'accountId'> | undefined {
  const text = Buffer.from(bytes).toString('latin1');
  const pattern = /arn:aws[\w-]*:kms:([a-z0-9-]+):([0-9]{12}):(alias\/[\w/-]+)/g;
  const places = [...text.matchAll(pattern)].flatMap(([, region = '', accountId = '', alias]) =>
    alias === names.keyAlias ? [{ region, accountId }] : [],
  );
  const isHere = places.some((one) => one.region === scope.region && one.accountId === scope.accountId);
  return isHere ? undefined : places[0];
}

const note = ({ names, scope }: Desired, { region, accountId, commit }: EarlierPlace): string => {
  const there = accountId === scope.accountId ? region : `${region}, account ${accountId}`;
  const as = accountId === scope.accountId ? '' : ` (with credentials of account ${accountId})`;
  return [
    `stage ${names.stage} of ${names.service} was in ${there} up to commit ${commit.id.slice(0, 7)} (${commit.date.slice(0, 10)}); its secret and key are kept there. Once whoever reads ${names.secretName} does so in ${scope.region}${accountId === scope.accountId ? '' : `, account ${scope.accountId}`}${as}:`,
    `aws secretsmanager delete-secret --region ${region} --secret-id ${names.secretName} --recovery-window-in-days 30`,
  ].join('\n');
};
