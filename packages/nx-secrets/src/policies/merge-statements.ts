import type { Conditions, PolicyDocument, Statement } from './document';

/**
 * Operators under which a list of values means "one of them", so that two lists can be put together. Those that are
 * negated, and `Null`, `Bool` and numbers, mean something else then.
 * Source: IAM User Guide, "Conditions with multiple context keys or values".
 */
const isList = (operator: string): boolean =>
  /^(ForAllValues:|ForAnyValue:)?(String|Arn)(Equals|Like)(IfExists)?$/.test(operator);

/**
 * Adds a statement to others: to the one that says the same about other names, where there is one. What comes out allows
 * what either allows. Where two lists are put together (a resource and a tag, say) it also allows the combinations of
 * them: never a name that is in neither.
 */
export function addStatement(statements: readonly Statement[], added: Statement): readonly Statement[] {
  const shape = shapeOf(added);
  const index = statements.findIndex((one) => shapeOf(one) === shape);
  const same = statements[index];
  if (same === undefined) return [...statements, { ...added, Sid: freeSid(statements, added.Sid) }];
  return statements.with(index, union(same, added));
}

/** Statements of several documents, as few as say the same. */
export const mergeStatements = (documents: readonly PolicyDocument[]): readonly Statement[] =>
  documents.flatMap(({ Statement }) => Statement).reduce(addStatement, [] as readonly Statement[]);

/** What two statements must have in common to become one. */
const shapeOf = ({ Sid, Effect, Principal, Action, Condition = {} }: Statement): string =>
  JSON.stringify([
    Sid.replace(/[0-9]+$/, ''),
    Effect,
    Principal,
    Action,
    Object.entries(Condition).map(([operator, keys]) => [
      operator,
      Object.entries(keys).map(([key, values]) => (isList(operator) ? [key] : [key, values])),
    ]),
  ]);

const union = (one: Statement, other: Statement): Statement => ({
  ...one,
  Resource: both(one.Resource, other.Resource),
  ...(one.Condition === undefined ? {} : { Condition: unionOf(one.Condition, other.Condition ?? {}) }),
});

const unionOf = (one: Conditions, other: Conditions): Conditions =>
  Object.fromEntries(
    Object.entries(one).map(([operator, keys]) => [
      operator,
      Object.fromEntries(
        Object.entries(keys).map(([key, values]) => [key, both(values, other[operator]?.[key] ?? [])]),
      ),
    ]),
  );

const both = (one: readonly string[], other: readonly string[]) => [...new Set([...one, ...other])];

/** IAM wants each Sid of a policy once. */
function freeSid(statements: readonly Statement[], wanted: string): string {
  const taken = new Set(statements.map(({ Sid }) => Sid));
  let sid = wanted;
  for (let number = 2; taken.has(sid); number += 1) sid = `${wanted}${number}`;
  return sid;
}
