import type { Keyring } from 'sops-codec';
import type { Caller } from '../../aws/caller';
import { defaultRegion } from '../../aws/identity';
import { aliasArn } from '../../aws/arn';
import type { Names } from '../../config/names';
import type { StageOptions } from '../../config/options';
import type { StageRecipients } from '../../config/stage-recipients';

/** A stage of a service, with what is configured about its place. */
export interface StageToSetUp extends StageOptions {
  readonly names: Names;
}

/** A stage whose region and account are known. */
export interface LocatedStage {
  readonly names: Names;
  /** ARN of the key alias, whether or not it exists yet. */
  readonly keyArn: string;
  readonly replicaRegions: readonly string[];
  /** Who may open the stage's files besides its own key. */
  readonly recipients: StageRecipients;
  /** That of whoever runs this, whatever roles the stage has: people make files as themselves. */
  readonly keyring: Keyring;
}

/** The ARN of a stage's key alias where options alone tell it. */
export const knownKeyArn = ({ names, region, accountId }: StageToSetUp): string | undefined =>
  region && accountId ? aliasArn(region, accountId, names.keyAlias) : undefined;

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
  for (const { names, region: given, accountId, replicaRegions = [], recipients = {} } of stages) {
    const region = given ?? (await defaultRegion());
    const on = `service ${names.service}, stage ${names.stage}`;
    const account = accountId ?? accounts.get(region) ?? (await caller.account(region, on));
    if (accountId === undefined) accounts.set(region, account);
    const keyArn = aliasArn(region, account, names.keyAlias);
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
