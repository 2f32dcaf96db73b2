import { covers, hasWildcard, mayOverlap } from './glob';
import type { Condition } from './live-policy';

/** What is known of a condition key in a request: its values (none where it is absent), or nothing. */
export type Lookup = (key: string) => readonly string[] | undefined;

/** Whether a condition holds; `in-part` where it does for some of those whom a pattern stands for. */
export type Verdict = 'yes' | 'no' | 'in-part' | 'unknown';

/**
 * Whether a condition holds in a request. What cannot be determined from here is `unknown`, never a guess: an operator that is not
 * evaluated (dates, addresses), a variable, a key of which nothing is known.
 * Source: IAM User Guide, "Condition operators", "Multiple context keys or values".
 *
 * @param isLookedAt whether those whom a condition names are looked at by their own names, so that a negated one, which
 * leaves some of a pattern out, holds for the others
 */
export function evaluateCondition(condition: Condition, lookup: Lookup, isLookedAt = true): Verdict {
  const { operator, key, values } = condition;
  const [, quantifier, name = '', ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(operator) ?? [];
  const actual = lookup(key);
  if (actual === undefined || values.some((value) => value.includes('${'))) return 'unknown';
  if (name === 'Null') {
    const wanted = values.map((value) => value.toLowerCase());
    return flip(actual.length === 0, wanted.includes('true'), wanted.includes('false'));
  }
  const test = Object.hasOwn(tests, name) ? tests[name] : undefined;
  if (!test) return 'unknown';
  const isNegated = /Not/.test(name);
  if (actual.length === 0) {
    if (quantifier === 'ForAnyValue') return 'no';
    return ifExists || quantifier === 'ForAllValues' || isNegated ? 'yes' : 'no';
  }
  const each = actual.map((one) => {
    const found = values.map((value) => test(value, one));
    const verdict = found.includes('yes') ? 'yes' : found.includes('in-part') ? 'in-part' : 'no';
    if (!isNegated) return verdict;
    return verdict === 'in-part' && !isLookedAt ? 'in-part' : negated[verdict];
  });
  // Without a quantifier a negated operator asks that none of several values is equal.
  const isForAll = quantifier === 'ForAllValues' || (quantifier === undefined && isNegated);
  if (each.every((one) => one === 'yes')) return 'yes';
  if (isForAll && each.includes('no')) return 'no';
  if (!isForAll && each.includes('yes')) return 'yes';
  if (each.every((one) => one === 'no')) return 'no';
  return 'in-part';
}

/** A condition as text: `aws:sourcevpce StringEquals vpce-1`. */
export const conditionText = ({ operator, key, values }: Condition): string =>
  `${key} ${operator} ${values.slice(0, 3).join(', ')}${values.length > 3 ? ` and ${values.length - 3} more` : ''}`;

type Test = (wanted: string, actual: string) => 'yes' | 'no' | 'in-part';

/** Those whom a negated condition leaves out are looked at by their own name: it holds for the others of the pattern. */
const negated = { yes: 'no', no: 'yes', 'in-part': 'yes' } as const;

const like: Test = (wanted, actual) => {
  if (covers(wanted, actual)) return 'yes';
  return hasWildcard(actual) && mayOverlap(wanted, actual) ? 'in-part' : 'no';
};

/** Wildcards of an ARN's part do not reach into the next one. */
const likeArn: Test = (wanted, actual) => {
  if (wanted === '*') return 'yes';
  const [patterns, parts] = [arnParts(wanted), arnParts(actual)];
  if (patterns.length !== parts.length)
    return hasWildcard(actual) && parts.length < 6 && mayOverlap(wanted, actual) ? 'in-part' : 'no';
  const each = patterns.map((pattern, index) => like(pattern, parts[index] ?? ''));
  if (each.includes('no')) return 'no';
  return each.includes('in-part') ? 'in-part' : 'yes';
};

const arnParts = (arn: string): readonly string[] => {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), ...(parts.length > 5 ? [parts.slice(5).join(':')] : [])];
};

/** An exact text, of which a pattern may stand for several. */
const equal: Test = (wanted, actual) => {
  if (!hasWildcard(actual)) return wanted === actual ? 'yes' : 'no';
  return covers(actual, wanted) && wanted !== actual ? 'in-part' : wanted === actual ? 'yes' : 'no';
};

const equalIgnoringCase: Test = (wanted, actual) => equal(wanted.toLowerCase(), actual.toLowerCase());

const number =
  (compare: (actual: number, wanted: number) => boolean): Test =>
  (wanted, actual) =>
    compare(Number(actual), Number(wanted)) ? 'yes' : 'no';

const tests: Readonly<Record<string, Test>> = {
  StringEquals: equal,
  StringNotEquals: equal,
  StringEqualsIgnoreCase: equalIgnoringCase,
  StringNotEqualsIgnoreCase: equalIgnoringCase,
  StringLike: like,
  StringNotLike: like,
  ArnEquals: likeArn,
  ArnNotEquals: likeArn,
  ArnLike: likeArn,
  ArnNotLike: likeArn,
  Bool: equalIgnoringCase,
  NumericEquals: number((actual, wanted) => actual === wanted),
  NumericNotEquals: number((actual, wanted) => actual === wanted),
  NumericLessThan: number((actual, wanted) => actual < wanted),
  NumericLessThanEquals: number((actual, wanted) => actual <= wanted),
  NumericGreaterThan: number((actual, wanted) => actual > wanted),
  NumericGreaterThanEquals: number((actual, wanted) => actual >= wanted),
};

const flip = (isAbsent: boolean, wantsAbsent: boolean, wantsPresent: boolean): Verdict =>
  (isAbsent ? wantsAbsent : wantsPresent) ? 'yes' : 'no';
