import { wholeAccount } from '../aws/arn';

/** One statement that two policies do not share. */
export type PolicyChange =
  | { readonly kind: 'added'; readonly after: string }
  | { readonly kind: 'removed'; readonly before: string }
  | { readonly kind: 'changed'; readonly before: string; readonly after: string };

interface Comparable {
  readonly sid: string;
  /** One text for all statements that mean the same. */
  readonly meaning: string;
  /** The statement as it is. */
  readonly text: string;
}

/**
 * How the policy of a key or secret differs from the one it should have, by meaning: AWS keeps what it was given in another form (lists
 * of one element as a text, an account's root for its number), and the order of statements and of lists means nothing.
 *
 * @param actual the policy as AWS has it, JSON
 * @returns the statements that differ, by name; none where both mean the same
 */
export function policyDifference(
  actual: string,
  desired: { readonly Version: string; readonly Statement: readonly object[] },
): readonly PolicyChange[] {
  const before = statementsOf(parse(actual));
  const after = statementsOf(desired);
  const gone = without(before, after);
  const come = without(after, before);
  const named = ({ sid }: Comparable, others: readonly Comparable[]) =>
    sid === '' ? undefined : others.find((other) => other.sid === sid);
  return [
    ...gone
      .filter((one) => !named(one, come))
      .map(({ text }): PolicyChange => ({ kind: 'removed', before: text })),
    ...come.map((one): PolicyChange => {
      const old = named(one, gone);
      return old
        ? { kind: 'changed', before: old.text, after: one.text }
        : { kind: 'added', after: one.text };
    }),
  ];
}

const without = (some: readonly Comparable[], others: readonly Comparable[]) =>
  some.filter(({ meaning }) => !others.some((other) => other.meaning === meaning));

/** The difference as lines, `-` before what goes and `+` before what comes. */
export const policyLines = (changes: readonly PolicyChange[]): readonly string[] =>
  changes.flatMap((change) => {
    switch (change.kind) {
      case 'added':
        return [`policy + ${change.after}`];
      case 'removed':
        return [`policy - ${change.before}`];
      case 'changed':
        return [`policy - ${change.before}`, `policy + ${change.after}`];
    }
  });

/** A policy that cannot be read differs in everything. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function statementsOf(policy: unknown): readonly Comparable[] {
  const { Version, Statement } = isObject(policy) ? policy : {};
  const found = list(Statement)
    .filter(isObject)
    .map((statement): Comparable => {
      const sid = typeof statement['Sid'] === 'string' ? statement['Sid'] : '';
      return { sid, meaning: JSON.stringify(canonical(statement)), text: JSON.stringify(statement) };
    });
  if (Version === '2012-10-17') return found;
  // Another version reads policy variables otherwise, so it is part of what the policy means.
  const version = JSON.stringify({ Version: Version ?? 'none' });
  return [...found, { sid: '', meaning: version, text: version }];
}

function canonical(statement: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(statement)
      .sort(byName)
      .map(([element, value]) => [element, canonicalElement(element, value)]),
  );
}

function canonicalElement(element: string, value: unknown): unknown {
  switch (element) {
    case 'Principal':
    case 'NotPrincipal':
      return canonicalPrincipal(value);
    case 'Action':
    case 'NotAction':
      return sortedList(
        list(value).map((action) => (typeof action === 'string' ? action.toLowerCase() : action)),
      );
    case 'Resource':
    case 'NotResource':
      return sortedList(value);
    case 'Condition':
      return canonicalCondition(value);
    default:
      return value;
  }
}

/** `"*"` and `{"AWS": "*"}` mean the same; so do an account's number and its root. Source: IAM User Guide, "Principal". */
function canonicalPrincipal(value: unknown): unknown {
  const byKind = isObject(value) ? value : { AWS: value };
  return Object.fromEntries(
    Object.entries(byKind)
      .sort(byName)
      .map(([kind, ids]) => [
        kind,
        sortedList(list(ids).map((id) => (typeof id === 'string' ? (wholeAccount(id) ?? id) : id))),
      ]),
  );
}

/** Names of condition keys have no case, their values do. */
const canonicalCondition = (value: unknown): unknown =>
  isObject(value)
    ? Object.fromEntries(
        Object.entries(value)
          .sort(byName)
          .map(([operator, keys]) => [
            operator,
            isObject(keys)
              ? Object.fromEntries(
                  Object.entries(keys)
                    .map(([key, values]) => [key.toLowerCase(), sortedList(values)] as const)
                    .sort(byName),
                )
              : keys,
          ]),
      )
    : value;

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : [value]);

const sortedList = (value: unknown): readonly unknown[] =>
  [...new Set(list(value).map((one) => JSON.stringify(one)))].sort().map((one): unknown => JSON.parse(one));

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) =>
  a < b ? -1 : a > b ? 1 : 0;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
