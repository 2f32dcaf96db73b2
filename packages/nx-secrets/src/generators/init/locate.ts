import type { Keyring } from 'sops-codec';
import type { Caller } from '../../aws/caller';
import { defaultRegion } from '../../aws/identity';
import type { Names } from '../../config/names';
import { keyArnIn } from '../../config/stage-key';
import type { StageOptions } from '../../config/options';
import type { StageRecipients } from '../../config/stage-recipients';

/** A stage of a service, with what is configured about its place. */
export interface StageToSetUp extends StageOptions {
  readonly names: Names;
}

/** A stage whose region and account are known. */
export interface LocatedStage {
  readonly names: Names;
  /** ARN of the key, by its alias where it is an own one, whether or not it exists yet. */
  readonly keyArn: string;
  readonly replicaRegions: readonly string[];
  /** Who may open the stage's files besides its own key. */
  readonly recipients: StageRecipients;
  /** That of whoever runs this, whatever roles the stage has: people make files as themselves. */
  readonly keyring: Keyring;
}

/** The ARN of a stage's key where options alone tell it. */
export const knownKeyArn = ({ names, region, accountId }: StageToSetUp): string | undefined =>
  names.foreignKey?.arn ?? (region && accountId ? keyArnIn(region, accountId, names) : undefined);

/**
 * Finds out the region and account of each stage: what options say, else what the AWS SDK's chain and STS say.
 *
 * @throws ProblemError where nothing says them
 */
export async function locate(
  stages: readonly StageToSetUp[],
  caller: Caller,
): Promise<readonly LocatedStage[]> {
  const accounts = new Map<string, string>();
  const located: LocatedStage[] = [];
  const accountIn = async (region: string, on: string) => {
    const account = accounts.get(region) ?? (await caller.account(region, on));
    accounts.set(region, account);
    return account;
  };
  for (const stage of stages) {
    const { names, replicaRegions = [], recipients = {} } = stage;
    const known = knownKeyArn(stage);
    const region = stage.region ?? (await defaultRegion());
    const on = `service ${names.service}, stage ${names.stage}`;
    const keyArn = known ?? keyArnIn(region, stage.accountId ?? (await accountIn(region, on)), names);
    located.push({
      names,
      keyArn,
      replicaRegions,
      recipients,
      keyring: caller.keyring,
    });
  }
  return located;
}
