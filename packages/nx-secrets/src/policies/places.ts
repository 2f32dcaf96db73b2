import type { NamedPolicy } from './named-policy';
import type { NamedRole } from './named-role';

/** Where resources are created: one Terraform module, template or stack is for one account and region. */
export interface PolicyPlace {
  readonly accountId: string;
  readonly region: string;
}

/** What is created in one place. */
export interface PlacedPolicies extends PolicyPlace {
  readonly policies: readonly NamedPolicy[];
  readonly roles: readonly NamedRole[];
}

/** Policies and roles by the place where they are created; IAM's are created where the stage is. */
export function byPlace(
  policies: readonly NamedPolicy[],
  roles: readonly NamedRole[],
): readonly PlacedPolicies[] {
  const places = new Map<string, PlacedPolicies>();
  const add = ({ accountId, region }: PolicyPlace, added: Partial<PlacedPolicies>) => {
    const key = `${accountId} ${region}`;
    const known = places.get(key);
    places.set(key, {
      accountId,
      region,
      policies: [...(known?.policies ?? []), ...(added.policies ?? [])],
      roles: [...(known?.roles ?? []), ...(added.roles ?? [])],
    });
  };
  policies.forEach((one) =>
    add({ accountId: one.subject.accountId, region: one.region }, { policies: [one] }),
  );
  roles.forEach((one) => add(one, { roles: [one] }));
  return [...places.values()];
}
