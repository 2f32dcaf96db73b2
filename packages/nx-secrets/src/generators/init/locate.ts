import { createClients, type Clients } from '../../aws/clients';
import { callerAccount, defaultRegion } from '../../aws/identity';
import { aliasArn } from '../../keys/key-arn';
import { fail } from '../../problem';
import type { Names } from '../../workspace/names';
import type { StageOptions } from '../../workspace/options';

/** A stage of a service, with what is said of where it lives. */
export interface StageToSetUp extends StageOptions {
  readonly names: Names;
}

/** A stage whose region and account are known. */
export interface LocatedStage {
  readonly names: Names;
  /** ARN of the key alias, whether or not it exists yet. */
  readonly keyArn: string;
  readonly clients: Clients;
}

/** The ARN of a stage's key alias where options alone tell it. */
export const knownKeyArn = ({ names, region, accountId }: StageToSetUp): string | undefined =>
  region && accountId ? aliasArn(region, accountId, names.keyAlias) : undefined;

/**
 * Finds out the region and account of each stage: what options say, else what the AWS SDK's chain and STS say.
 *
 * @param makeKeys keys will be made, so the credentials must be of the account that they belong in
 * @throws ProblemError where nothing says them, or where the credentials are of another account
 */
export async function locate(
  stages: readonly StageToSetUp[],
  makeKeys: boolean,
): Promise<readonly LocatedStage[]> {
  const worlds = new Map<string, { clients: Clients; account: Promise<string> | undefined }>();
  const located: LocatedStage[] = [];
  for (const { names, region: given, accountId, roleArn } of stages) {
    const region = given ?? (await defaultRegion());
    const key = `${region} ${roleArn ?? ''}`;
    const world = worlds.get(key) ?? { clients: createClients({ region, roleArn }), account: undefined };
    worlds.set(key, world);
    const account =
      accountId && !makeKeys
        ? accountId
        : await (world.account ??= callerAccount(
            world.clients,
            `service ${names.service}, stage ${names.stage}`,
          ));
    if (accountId !== undefined && account !== accountId) fail(otherAccount(names, account, accountId));
    located.push({ names, keyArn: aliasArn(region, account, names.keyAlias), clients: world.clients });
  }
  return located;
}

const otherAccount = ({ service, stage }: Names, actual: string, wanted: string) => ({
  what: `stage ${stage} belongs in account ${wanted}, but these credentials are of account ${actual}`,
  where: `service ${service}, stage ${stage}`,
  fix: `Sign in to account ${wanted}, give the stage a role there in nx.json ("roleArn"), or pass --no-keys where somebody else makes the key.`,
});
