import { throwProblem } from '../problem';
import type { NamedPolicy } from './named-policy';
import { largest, quotas, sizeOf } from './quotas';

/** How many roles are listed one by one. */
const listed = 20;

/**
 * The sizes of policies, by the role or user that they are for, with the ways out where IAM's default quota is exceeded.
 *
 * @throws ProblemError where a policy is larger than AWS allows, or a role gets more of them than AWS ever attaches
 */
export function sizeReport(policies: readonly NamedPolicy[]): string {
  policies.forEach(assertSize);
  const holders = [...byHolder(policies)];
  holders.forEach(([holder, attached]) => assertAttachable(holder, attached));
  const resources = policies.filter((one) => !isAttached(one) || one.holders.length === 0);
  return [
    `Sizes in characters; IAM allows ${grouped(quotas.managedPolicy)} a managed policy, and ${quotas.attached} of them a role:`,
    ...shortened(holders, ([holder, attached]) => [
      `${holder}: ${attached.length}`,
      ...attached.map(sizeLine),
      ...(attached.length > quotas.attached ? [`  ${waysOut(attached)}`] : []),
    ]),
    ...shortened(resources, (one) => [sizeLine(one)]),
  ].join('\n');
}

const isAttached = ({ kind }: NamedPolicy): boolean => kind !== 'key' && kind !== 'secret';

function byHolder(policies: readonly NamedPolicy[]): ReadonlyMap<string, readonly NamedPolicy[]> {
  const found = new Map<string, NamedPolicy[]>();
  for (const policy of policies.filter(isAttached)) {
    for (const holder of policy.holders) found.set(holder, [...(found.get(holder) ?? []), policy]);
  }
  return found;
}

const sizeLine = ({ name, document, kind }: NamedPolicy): string =>
  `  ${name}: ${grouped(sizeOf(document))} of ${grouped(largest(kind))}`;

/** The first ones line by line; of a long list the others are within the quotas as they are, and alike. */
const shortened = <Item>(
  items: readonly Item[],
  lines: (item: Item) => readonly string[],
): readonly string[] => [
  ...items.slice(0, listed).flatMap(lines),
  ...(items.length > listed ? [`and ${items.length - listed} more within the quotas`] : []),
];

function assertSize({ name, kind, document, subject }: NamedPolicy): void {
  const size = sizeOf(document);
  if (size <= largest(kind)) return;
  throwProblem({
    code: 'policyTooLarge',
    what: `the policy ${name} has ${grouped(size)} characters, and AWS allows ${grouped(largest(kind))}`,
    where: `nx.json, stages.${subject.names.stage}`,
    fix: 'Name fewer principals, with wildcards where their names have something in common (role/team-*), or fewer replicaRegions.',
  });
}

function assertAttachable(holder: string, attached: readonly NamedPolicy[]): void {
  if (attached.length <= quotas.mostAttached) return;
  throwProblem({
    code: 'tooManyPolicies',
    what: `${holder} would get ${attached.length} managed policies, and IAM attaches at most ${quotas.mostAttached} to a role`,
    where: stagesText(attached),
    fix: `Give each service a role of its own: {service} in "roleArn" and "principals" of nx.json, as in ${perService(holder)}; or give tasks different roles.`,
  });
}

const waysOut = (attached: readonly NamedPolicy[]): string =>
  `IAM attaches ${quotas.attached} to a role unless asked for more. Request the quota "Managed policies per role" (up to ${quotas.mostAttached}), or give each service a role of its own, {service} in "roleArn" and "principals" of nx.json${
    attached.reduce((sum, { document }) => sum + sizeOf(document), 0) <= quotas.inlinePolicies
      ? `; as inline policies of the role they fit, too (${grouped(quotas.inlinePolicies)} together)`
      : ''
  }.`;

/** `role/sync` as `role/{service}-sync` */
const perService = (arn: string): string => arn.replace(/([^/]*)$/, '{service}-$1');

const stagesText = (policies: readonly NamedPolicy[]): string =>
  `nx.json, ${[...new Set(policies.map(({ subject }) => `stages.${subject.names.stage}`))].join(', ')}`;

/** 6,144 */
const grouped = (count: number): string => count.toLocaleString('en-US');
