import type { IamInput } from './iam-input';

/** A policy with statements, as data. */
export function policy(...statements: readonly object[]): object {
  return { Version: '2012-10-17', Statement: statements };
}

export const account = '111122223333';
export const other = '444455556666';
export const everything = policy({ Effect: 'Allow', Action: '*', Resource: '*' });

/** The credentials of a user of `people`, for an SDK client. */
export function credentialsOf(user: string): { accessKeyId: string; secretAccessKey: string } {
  return { accessKeyId: `AKIA${user.toUpperCase()}`, secretAccessKey: `secret of ${user}/+` };
}

/** An account of users with one policy each, and roles that the account's users may assume. */
export function people(
  users: Readonly<Record<string, object>>,
  roles: Readonly<Record<string, object>> = {},
): IamInput['accounts'][string] {
  const trust = policy({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' });
  return {
    users: Object.fromEntries(
      Object.entries(users).map(([name, item]) => {
        const { accessKeyId, secretAccessKey } = credentialsOf(name);
        return [name, { accessKeys: { [accessKeyId]: secretAccessKey }, policies: [item] }];
      }),
    ),
    roles: Object.fromEntries(
      Object.entries(roles).map(([name, item]) => [name, { trust, policies: [item] }]),
    ),
  };
}
