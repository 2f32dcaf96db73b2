import { listManagedSecrets } from '../aws/managed-secrets';
import { fail, type Problem } from '../problem';
import type { Interruption } from '../terminal/interruption';
import { guarded } from '../aws/guarded';
import type { World } from '../aws/worlds';
import type { Options } from '../workspace/options';
import type { Place } from './places';
import type { ManagedSecret } from './states';

/** A managed secret, with the clients that reach it. */
export interface Found {
  readonly secret: ManagedSecret;
  readonly world: World;
}

/** What a search came to. */
export interface Search {
  readonly found: readonly Found[];
  /** Places of nx.json that could not be looked at. */
  readonly failures: readonly { readonly place: Place; readonly problem: Problem }[];
  /** Other places that could not be looked at, for the report. */
  readonly notes: readonly string[];
}

/**
 * Lists the managed secrets of all places: the only ListSecrets of this package. Where two roles reach the same secret,
 * it is reached by the one of its stage.
 */
export async function search(
  places: readonly Place[],
  worldOf: (place: Place) => World,
  options: Options,
  interruption: Interruption,
): Promise<Search> {
  const looks = await Promise.all(
    places.map(async (place) => {
      const world = worldOf(place);
      const secrets = await guarded(world, interruption, () => listAt(place, world));
      return { place, world, secrets };
    }),
  );
  const found = new Map<string, Found>();
  const failures: { place: Place; problem: Problem }[] = [];
  const notes: string[] = [];
  for (const { place, world, secrets } of looks) {
    if ('problem' in secrets) {
      if (place.configured) failures.push({ place, problem: secrets.problem });
      else
        notes.push(
          `${placeText(place)}, where removed files had their keys, was not looked at: ${secrets.problem.what}`,
        );
      continue;
    }
    for (const secret of secrets) {
      const ownRole = options.stages.get(secret.tags['stage'] ?? '')?.roleArn === place.roleArn;
      if (ownRole || !found.has(secret.arn)) found.set(secret.arn, { secret, world });
    }
  }
  return { found: [...found.values()], failures, notes };
}

/** A place as messages name it. */
export const placeText = ({ accountId, region }: Place): string =>
  [accountId === undefined ? '' : `account ${accountId}`, region].filter(Boolean).join(', ');

async function listAt(place: Place, world: World): Promise<readonly ManagedSecret[]> {
  if (place.accountId !== undefined) {
    const account = await world.account(placeText(place));
    if (account !== place.accountId) fail(otherAccount(account, place));
  }
  return listManagedSecrets(world.clients);
}

const otherAccount = (actual: string, place: Place): Problem => ({
  what: `these credentials are of account ${actual}, not ${place.accountId ?? ''}`,
  where: `nx.json, stages in ${placeText(place)}`,
  fix: `Sign in to account ${place.accountId ?? ''}, give the stage a role there in nx.json ("roleArn"), or leave it out with --stage=<others>.`,
});
