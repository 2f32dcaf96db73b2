import { throwProblem, ProblemError } from '../problem';
import { isAccountId } from '../config/stage-options';
import { notAws } from './answer';
import { awsProblem, missingRegion } from './aws-problem';
import { createClients, type Clients } from './clients';

/**
 * The account that the calls of these clients are made in.
 *
 * @param on whose behalf it is asked, for messages
 */
export async function callerAccount(clients: Clients, on: string): Promise<string> {
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  try {
    const { Account } = await (await clients.sts()).send(new GetCallerIdentityCommand({}));
    // To the SDK any XML is a success, a login page too.
    if (Account !== undefined && isAccountId(Account)) return Account;
  } catch (error) {
    throw new ProblemError(awsProblem(error, { action: 'sts:GetCallerIdentity', resource: on }));
  }
  return throwProblem(notAws('it names no account', `sts:GetCallerIdentity, ${on}`));
}

/** The region of the environment (AWS_REGION, AWS_DEFAULT_REGION), else the profile's. @throws ProblemError where nothing names one */
export async function defaultRegion(): Promise<string> {
  const clients = createClients({});
  try {
    return await (await clients.sts()).config.region();
  } catch {
    throw new ProblemError(missingRegion('AWS_REGION, AWS_DEFAULT_REGION, the profile in use'));
  } finally {
    clients.destroy();
  }
}

/** Throws where calls go to another account than the one that the file's key is in. */
export function assertAccount(actual: string | undefined, wanted: string, path: string): void {
  if (actual === wanted) return;
  throwProblem({
    code: 'wrongAccount',
    what: `these credentials belong to account ${actual ?? 'unknown'}, but the file's key is in account ${wanted}`,
    where: path,
    fix: `Sign in to account ${wanted}, or give the stage a role there in nx.json ("roleArn").`,
  });
}
