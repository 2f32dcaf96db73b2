import { listManagedSecrets } from '../aws/secrets-manager/list-and-delete-secrets';
import { throwProblem, type Problem } from '../problem';
import type { Interruption } from '../interruption';
import { guarded } from '../aws/guarded';
import type { AwsSession } from '../aws/session';
import type { Options } from '../config/options';
import { pruneRole } from '../config/stage-roles';
import type { Place } from './scopes';
import type { ManagedSecret } from '../aws/secrets-manager/managed-secret';

/** A managed secret, with the clients that reach it. */
export interface Found {
  readonly secret: ManagedSecret;
  readonly session: AwsSession;
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
  sessionFor: (place: Place) => AwsSession,
  options: Options,
  interruption: Interruption,
): Promise<Search> {
  const looks = await Promise.all(
    places.map(async (place) => {
      const session = sessionFor(place);
      const secrets = await guarded(session, interruption, () => listAt(place, session));
      return { place, session, secrets };
    }),
  );
  const found = new Map<string, Found>();
  const failures: { place: Place; problem: Problem }[] = [];
  const notes: string[] = [];
  for (const { place, session, secrets } of looks) {
    if ('problem' in secrets) {
      if (place.configured) failures.push({ place, problem: secrets.problem });
      else
        notes.push(`${placeText(place)} (keys of removed files) was not searched: ${secrets.problem.what}`);
      continue;
    }
    for (const secret of secrets) {
      const stage = secret.tags['stage'] ?? '';
      const ownRole = place.roleArn === pruneRole(options.stages.get(stage) ?? {}, stage);
      if (ownRole || !found.has(secret.arn)) found.set(secret.arn, { secret, session });
    }
  }
  return { found: [...found.values()], failures, notes };
}

/** A place as messages name it. */
export const placeText = ({ accountId, region }: Place): string =>
  [accountId === undefined ? '' : `account ${accountId}`, region].filter(Boolean).join(', ');

async function listAt(place: Place, session: AwsSession): Promise<readonly ManagedSecret[]> {
  if (place.accountId !== undefined) {
    const account = await session.account(placeText(place));
    if (account !== place.accountId) throwProblem(otherAccount(account, place));
  }
  return listManagedSecrets(session.clients);
}

const otherAccount = (actual: string, place: Place): Problem => ({
  code: 'wrongAccount',
  what: `these credentials belong to account ${actual}, not ${place.accountId ?? ''}`,
  where: `nx.json, stages in ${placeText(place)}`,
  fix: `Sign in to account ${place.accountId ?? ''}, give the stage a role there in nx.json ("roleArn"), or leave it out with --stage=<others>.`,
});
