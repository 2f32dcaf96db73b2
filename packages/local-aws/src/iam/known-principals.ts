import type { Directory } from './directory';
import type { PolicyDocument } from './policy-document';

/**
 * The first user or role that a policy names and that is not there, as AWS looks them up when a policy of a resource
 * is set. Of accounts that the directory does not have, anybody may be there.
 */
export function unknownPrincipal(directory: Directory, policy: PolicyDocument): string | undefined {
  return policy.statements
    .flatMap(({ principals }) => principals?.all ?? [])
    .filter(({ kind }) => kind === 'AWS')
    .map(({ value }) => value)
    .find((value) => !exists(directory, value));
}

function exists({ accounts, users, roles }: Directory, value: string): boolean {
  const [, account = '', kind, name = ''] = /^arn:[a-z-]+:iam::(\d{12}):(user|role)\/(.+)$/.exec(value) ?? [];
  if (kind === undefined || !accounts.has(account)) return true;
  return (kind === 'user' ? users : roles).has(`${account}/${name}`);
}
