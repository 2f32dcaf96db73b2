import { ProblemError } from '../problem';
import { awsProblem, missingRegion } from './aws-problem';
import { createClients, withDeadline, type Clients } from './clients';

/**
 * The account that the calls of these clients are made in.
 *
 * @param on whose behalf it is asked, for messages
 */
export async function callerAccount(clients: Clients, on: string): Promise<string> {
  const { GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  try {
    return (await (await clients.sts()).send(new GetCallerIdentityCommand({}), withDeadline())).Account ?? '';
  } catch (error) {
    throw new ProblemError(awsProblem(error, { action: 'sts:GetCallerIdentity', resource: on }));
  }
}

/** The region of the AWS SDK's ordinary chain (AWS_REGION, the profile). @throws ProblemError where nothing names one */
export async function defaultRegion(): Promise<string> {
  const clients = createClients({});
  try {
    return await (await clients.sts()).config.region();
  } catch {
    throw new ProblemError(missingRegion('AWS_REGION, AWS_DEFAULT_REGION and the profile in use'));
  } finally {
    clients.destroy();
  }
}
