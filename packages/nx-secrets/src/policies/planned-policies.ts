import { holdersOf, isShared } from './holders';
import { namedPolicy, type NamedPolicy, type PolicyKind } from './named-policy';
import { packPolicies } from './pack-policies';
import { largest, sizeOf } from './quotas';
import type { PolicySubject } from './subject';

/**
 * The policies of these kinds for services' stages: for a role that is of several services one for all of them, split where
 * IAM's size asks for it; keys and secrets have one each, and a replica of a key has its key's.
 */
export const plannedPolicies = (
  kinds: readonly PolicyKind[],
  subjects: readonly PolicySubject[],
): readonly NamedPolicy[] =>
  unique(
    stagesOf(subjects).flatMap((stage) =>
      kinds.flatMap((kind) =>
        kind === 'key' || kind === 'secret'
          ? stage.flatMap((subject) => ofResource(kind, subject))
          : holderSets(kind, stage).flatMap((set) => ofServices(kind, set)),
      ),
    ),
  );

/** Services of which one policy can speak: their stage, account and regions are the same. */
const stagesOf = (subjects: readonly PolicySubject[]): readonly (readonly PolicySubject[])[] =>
  grouped(subjects, ({ names, accountId, region, replicaRegions }) =>
    JSON.stringify([names.stage, accountId, region, replicaRegions]),
  ).map(([, group]) => group);

function ofResource(kind: 'key' | 'secret', subject: PolicySubject): readonly NamedPolicy[] {
  const policy = namedPolicy(kind, subject);
  const replicas = kind === 'key' ? subject.replicaRegions : [];
  return [policy, ...replicas.map((region) => ({ ...policy, region }))];
}

/** Roles and users that are of the same services. */
interface HolderSet {
  readonly holders: readonly string[];
  readonly subjects: readonly PolicySubject[];
}

function holderSets(kind: PolicyKind, subjects: readonly PolicySubject[]): readonly HolderSet[] {
  const pairs = subjects.flatMap((subject) =>
    (holdersOf(kind, subject) ?? [undefined]).map((holder) => ({ holder, subject })),
  );
  const byHolder = grouped(
    pairs,
    ({ holder, subject }) => holder ?? (isShared(kind) ? '' : ` ${subject.names.service}`),
  );
  const sets = byHolder.map(([holder, pairsOfIt]) => ({
    holders: holder.startsWith('arn:') ? [holder] : [],
    subjects: pairsOfIt.map(({ subject }) => subject),
  }));
  return grouped(sets, (set) => JSON.stringify(set.subjects.map(({ names }) => names.service))).map(
    ([, same]) => ({
      holders: same.flatMap(({ holders }) => holders),
      subjects: same[0]?.subjects ?? [],
    }),
  );
}

function ofServices(kind: PolicyKind, { holders, subjects }: HolderSet): readonly NamedPolicy[] {
  const policies = subjects.map((subject) => namedPolicy(kind, subject));
  const [first] = policies;
  if (first === undefined) return [];
  if (policies.length === 1 && sizeOf(first.document) <= largest(kind)) return [{ ...first, holders }];
  const packed = packPolicies(policies.map(({ document }) => document));
  const name = policies.length === 1 ? first.name : `${first.subject.names.stage}-${kind}`;
  return packed.map((document, index) => ({
    ...first,
    name: packed.length === 1 ? name : `${name}-${index + 1}`,
    services: policies.flatMap(({ services }) => services),
    holders,
    document,
  }));
}

/** Names are unique in a region of an account; those that are not get a number. */
function unique(policies: readonly NamedPolicy[]): readonly NamedPolicy[] {
  const taken = new Set<string>();
  return policies.map((policy) => {
    let { name } = policy;
    const place = `${policy.subject.accountId} ${policy.kind === 'key' ? policy.region : ''}`;
    for (let number = 2; taken.has(`${place} ${name}`); number += 1) name = `${policy.name}-${number}`;
    taken.add(`${place} ${name}`);
    return { ...policy, name };
  });
}

function grouped<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly (readonly [key: string, items: readonly Item[]])[] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups];
}
