import { assertAccount } from '../aws/identity';
import { describeSecret } from '../aws/secrets-manager/secrets';
import type { Clients } from '../aws/clients';
import type { Desired } from './states';
import type { Remote } from '../aws/secrets-manager/remote-secret';

/**
 * What is in AWS at a desired secret's name.
 *
 * @throws ProblemError where the answer comes from another account than the key's: the credentials are the wrong ones
 */
export async function readRemote(clients: Clients, { names, scope, path }: Desired): Promise<Remote> {
  const remote = await describeSecret(clients, names.secretName);
  if (remote.kind === 'present') assertAccount(remote.arn.split(':')[4], scope.accountId, path);
  return remote;
}
