import { isLike } from '../../aws/arn';
import type { PolicyDocument } from '../../policies/document';
import { denyAllSid } from '../../policies/secret-policy';
import type { Problem } from '../../problem';
import type { DesiredKey } from '../states';

/**
 * What forbids setting a secret's policy: whoever sets it could not change it again. Secrets Manager, unlike KMS, does not
 * check that.
 *
 * @param caller ARN of the identity that sets it; undefined where AWS does not tell
 */
export function lockout(
  { names, where }: DesiredKey,
  policy: PolicyDocument,
  caller: string | undefined,
): Problem | undefined {
  const denied = policy.Statement.find(({ Sid }) => Sid === denyAllSid);
  if (!denied || isSpared(caller, denied.Condition?.['ArnNotLike']?.['aws:PrincipalArn'] ?? []))
    return undefined;
  return {
    code: 'policyLockout',
    what: `the policy of ${names.secretName} would shut out ${caller ?? 'the identity in use'}, which sets it`,
    where: `${where}, ${names.secretName}`,
    fix: `In nx.json, name it among the administrators of stage ${names.stage}, or as its "roles.provision"; then run this again.`,
  };
}

/** A session of a role does not say the role's path; who is named by path alone is not told. Source: IAM User Guide, aws:PrincipalArn. */
function isSpared(caller: string | undefined, spared: readonly string[]): boolean {
  if (caller === undefined) return false;
  const [, partition, accountId, role] =
    /^arn:([\w-]+):sts::([0-9]{12}):assumed-role\/([^/]+)\//.exec(caller) ?? [];
  if (role === undefined) return spared.some((pattern) => isLike(caller, pattern));
  const arn = `arn:${partition ?? ''}:iam::${accountId ?? ''}:role/${role}`;
  const named = spared.filter((pattern) => !/\/[*?]*$/.test(pattern));
  return named.some((pattern) => isLike(arn, pattern.replace(/:role\/(?:.*\/)?/, ':role/')));
}
