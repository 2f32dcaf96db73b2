import { refuseAccount } from '../aws/identity';
import { describeSecret } from '../aws/secrets-manager';
import type { Clients } from '../aws/clients';
import type { Desired, Remote } from './states';

/**
 * What is in AWS at a desired secret's name.
 *
 * @throws ProblemError where the answer comes from another account than the key's: the credentials are the wrong ones
 */
export async function readRemote(clients: Clients, { names, scope, path }: Desired): Promise<Remote> {
  const remote = await describeSecret(clients, names.secretName);
  if (remote.kind === 'present') refuseAccount(remote.arn.split(':')[4], scope.accountId, path);
  return remote;
}
