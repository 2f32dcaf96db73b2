import type { NamedPolicy } from '../named-policy';
import type { NamedRole } from '../named-role';

/** A role that a policy is attached to; `role` is set where the same file creates it. */
export interface Attachment {
  readonly name: string;
  readonly role?: NamedRole;
}

/**
 * The roles that a policy is attached to by the file that creates it: where roles are created, all exact ones that nx.json
 * names; otherwise none, since somebody else's stack has the roles, and attaches what it likes.
 */
export function attachedTo(policy: NamedPolicy, roles: readonly NamedRole[]): readonly Attachment[] {
  if (roles.length === 0) return [];
  const { accountId } = policy.subject;
  return policy.holders.flatMap((arn) => {
    const role = roles.find((one) => one.arn === arn);
    if (role) return [{ name: role.name, role }];
    const [, name] =
      new RegExp(`:iam::${accountId}:role/(?!aws-reserved/)(?:.*/)?([^/*?]+)$`).exec(arn) ?? [];
    return name === undefined || /[*?]/.test(arn) ? [] : [{ name }];
  });
}
