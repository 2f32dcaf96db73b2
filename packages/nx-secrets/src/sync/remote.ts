import { describeSecret } from '../aws/secrets-manager';
import type { Clients } from '../aws/clients';
import { fail } from '../problem';
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

/** Throws where calls go to another account than the one that the file's key is in. */
export function refuseAccount(actual: string | undefined, wanted: string, path: string): void {
  if (actual === wanted) return;
  fail({
    what: `these credentials are of account ${actual ?? 'unknown'}, but the key of the file is in account ${wanted}`,
    where: path,
    fix: `Sign in to account ${wanted}, or give the stage a role there in nx.json ("roleArn").`,
  });
}
