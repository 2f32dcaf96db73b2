import { policyDocument } from './document';
import type { NamedPolicy } from './named-policy';
import type { NamedRole } from './named-role';
import { packPolicies } from './pack-policies';

/**
 * The IAM policies of those who assume stages' roles and whom the trust policies cannot name: permission sets of IAM Identity
 * Center, other identities by a part of their name, and those of other accounts. One for each, in its own account, with all
 * roles that it may assume, whatever their stages are.
 * Source: IAM User Guide, "Monitor and control actions taken with assumed roles" (sts:SetSourceIdentity).
 */
export function assumePolicies(roles: readonly NamedRole[]): readonly NamedPolicy[] {
  const byAssumer = new Map<string, NamedRole[]>();
  for (const role of roles) {
    for (const arn of role.assumers) byAssumer.set(arn, [...(byAssumer.get(arn) ?? []), role]);
  }
  const taken = new Map<string, number>();
  return [...byAssumer].flatMap(([assumer, assumed]) => {
    const [first] = assumed;
    if (first === undefined) return [];
    const [, , , , accountId = ''] = assumer.split(':');
    const wanted = `${nameOf(assumer)}-assume`;
    const count = (taken.get(`${accountId} ${wanted}`) ?? 0) + 1;
    taken.set(`${accountId} ${wanted}`, count);
    const name = count === 1 ? wanted : `${wanted}-${count}`;
    const documents = packPolicies(assumed.map(({ arn }) => assuming(arn)));
    return documents.map((document, index): NamedPolicy => ({
      name: documents.length === 1 ? name : `${name}-${index + 1}`,
      kind: 'assume',
      subject: { ...first.subject, accountId },
      services: [...new Set(assumed.map(({ subject }) => subject.names.service))],
      region: first.region,
      holders: [assumer],
      document,
    }));
  });
}

const assuming = (role: string) =>
  policyDocument([
    {
      Sid: 'AssumeRoles',
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      Resource: [role],
    },
  ]);

/** `Developer` of `…/AWSReservedSSO_Developer_*`, which is the permission set's name; else the name without wildcards. */
function nameOf(arn: string): string {
  const last = arn.slice(arn.lastIndexOf('/') + 1);
  const [, set = last] = /^AWSReservedSSO_(.+?)(?:_[*?0-9a-f]*)?$/.exec(last) ?? [];
  const name = set.replaceAll(/[*?]+/g, '').replaceAll(/^[-_]+|[-_]+$/g, '');
  return name === '' ? 'identities' : name;
}
