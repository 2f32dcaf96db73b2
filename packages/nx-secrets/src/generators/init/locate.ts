import { createClients, type Clients } from '../../aws/clients';
import { callerAccount, defaultRegion } from '../../aws/identity';
import { aliasArn } from '../../aws/arn';
import type { Names } from '../../config/names';
import type { StageOptions } from '../../config/options';
import type { StageRecipients } from '../../config/stage-recipients';

/** A stage of a service, with what is said of where it lives. */
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
  readonly clients: Clients;
  /** Clients of the caller's own identity, whatever role the stage has. */
  readonly own: Clients;
}

/** The ARN of a stage's key alias where options alone tell it. */
export const knownKeyArn = ({ names, region, accountId }: StageToSetUp): string | undefined =>
  region && accountId ? aliasArn(region, accountId, names.keyAlias) : undefined;

/**
 * Finds out the region and account of each stage: what options say, else what the AWS SDK's chain and STS say.
 *
 * @throws ProblemError where nothing says them
 */
export async function locate(stages: readonly StageToSetUp[]): Promise<readonly LocatedStage[]> {
  const sessions = new Map<string, { clients: Clients; account: Promise<string> | undefined }>();
  const located: LocatedStage[] = [];
  for (const { names, region: given, accountId, roleArn, replicaRegions = [], recipients = {} } of stages) {
    const region = given ?? (await defaultRegion());
    const key = `${region} ${roleArn ?? ''}`;
    const session = sessions.get(key) ?? { clients: createClients({ region, roleArn }), account: undefined };
    sessions.set(key, session);
    const on = `service ${names.service}, stage ${names.stage}`;
    const account = accountId ?? (await (session.account ??= callerAccount(session.clients, on)));
    const keyArn = aliasArn(region, account, names.keyAlias);
    const own = createClients({ region });
    located.push({ names, keyArn, replicaRegions, recipients, clients: session.clients, own });
  }
  return located;
}
