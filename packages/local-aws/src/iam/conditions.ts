import { BlockList, isIP } from 'node:net';
import { literal, matchesArn, matchesPattern, readPattern } from './match';
import type { Condition, ConditionOperator } from './policy-document';
import { contextValue, type RequestContext } from './request-context';

/** Whether a value of the request and one of the policy satisfy an operator that is not negated. */
type Test = (written: string, value: string, context: RequestContext, variables: boolean) => boolean;

/** An operator: what it tests, and whether it wants the test to fail for all values of the policy. */
interface Operator {
  readonly test: Test;
  readonly negated: boolean;
}

const equals = onText((written, value) => literal(written) === value);
const equalsIgnoreCase = onText((written, value) => literal(written).toLowerCase() === value.toLowerCase());
const like = onText(matchesPattern);
const arn: Test = (written, value, context, variables) => {
  return value.startsWith('arn:') && written !== '*'
    ? matchesArn(written, value, context, variables) === true
    : false;
};
const bool = onText((written, value) => {
  const wanted = literal(written).toLowerCase();
  return (wanted === 'true' || wanted === 'false') && wanted === value.toLowerCase();
});

const operators: Readonly<Record<Exclude<ConditionOperator, 'null'>, Operator>> = {
  stringequals: is(equals),
  stringnotequals: isNot(equals),
  stringequalsignorecase: is(equalsIgnoreCase),
  stringnotequalsignorecase: isNot(equalsIgnoreCase),
  stringlike: is(like),
  stringnotlike: isNot(like),
  numericequals: is(onNumbers((wanted, value) => value === wanted)),
  numericnotequals: isNot(onNumbers((wanted, value) => value === wanted)),
  numericlessthan: is(onNumbers((wanted, value) => value < wanted)),
  numericlessthanequals: is(onNumbers((wanted, value) => value <= wanted)),
  numericgreaterthan: is(onNumbers((wanted, value) => value > wanted)),
  numericgreaterthanequals: is(onNumbers((wanted, value) => value >= wanted)),
  dateequals: is(onDates((wanted, value) => value === wanted)),
  datenotequals: isNot(onDates((wanted, value) => value === wanted)),
  datelessthan: is(onDates((wanted, value) => value < wanted)),
  datelessthanequals: is(onDates((wanted, value) => value <= wanted)),
  dategreaterthan: is(onDates((wanted, value) => value > wanted)),
  dategreaterthanequals: is(onDates((wanted, value) => value >= wanted)),
  bool: is(bool),
  arnequals: is(arn),
  arnlike: is(arn),
  arnnotequals: isNot(arn),
  arnnotlike: isNot(arn),
  ipaddress: is(inNetwork),
  notipaddress: isNot(inNetwork),
  binaryequals: is((written, value) => written === value),
};

/**
 * Whether a condition of a statement holds for a request. As AWS has it: a key that the request lacks fails a
 * condition, unless it is negated, ends in IfExists or begins with ForAllValues; a key with several values needs
 * ForAllValues or ForAnyValue.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export function conditionHolds(condition: Condition, context: RequestContext, variables: boolean): boolean {
  const value = contextValue(context, condition.key);
  if (condition.operator === 'null') {
    return condition.values.some((item) => item.toLowerCase() === String(value === undefined));
  }
  const { test, negated } = operators[condition.operator];
  const holds = (item: string): boolean =>
    condition.values.some((written) => test(written, item, context, variables)) !== negated;
  const values = value === undefined || typeof value !== 'string' ? value : [value];
  switch (condition.quantifier) {
    case 'ForAllValues':
      return values === undefined || values.every(holds);
    case 'ForAnyValue':
      return values !== undefined && values.some(holds);
    case undefined:
      if (value === undefined) return condition.ifExists || negated;
      return typeof value === 'string' && holds(value);
  }
}

function is(test: Test): Operator {
  return { test, negated: false };
}

function isNot(test: Test): Operator {
  return { test, negated: true };
}

function onText(
  compare: (written: NonNullable<ReturnType<typeof readPattern>>, value: string) => boolean,
): Test {
  return (written, value, context, variables) => {
    const pattern = readPattern(written, context, variables);
    return pattern !== undefined && compare(pattern, value);
  };
}

function onNumbers(compare: (wanted: number, value: number) => boolean): Test {
  return (written, value) => comparable(Number(written), Number(value), compare);
}

/** Dates are ISO 8601 or seconds since 1970. */
function onDates(compare: (wanted: number, value: number) => boolean): Test {
  return (written, value) => comparable(time(written), time(value), compare);
}

function time(written: string): number {
  return /^\d+$/.test(written) ? Number(written) * 1000 : Date.parse(written);
}

function comparable(wanted: number, value: number, compare: (a: number, b: number) => boolean): boolean {
  return !Number.isNaN(wanted) && !Number.isNaN(value) && compare(wanted, value);
}

function inNetwork(written: string, value: string): boolean {
  const [address = '', prefix] = written.split('/');
  if (isIP(address) === 0 || isIP(address) !== isIP(value)) return false;
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  const longest = family === 'ipv4' ? 32 : 128;
  const length = prefix === undefined ? longest : Number(prefix);
  if (!Number.isInteger(length) || length < 0 || length > longest) return false;
  const network = new BlockList();
  network.addSubnet(address, length, family);
  return network.check(value, family);
}
