import { conditionHolds } from './conditions';
import { parsePolicy } from './parse-policy';
import { type ContextValue, requestContext } from './request-context';

function holds(operator: string, values: unknown, value: ContextValue | undefined): boolean {
  const parsed = parsePolicy(
    {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Action: '*',
        Resource: '*',
        Condition: { [operator]: { 'Aws:Key': values } },
      },
    },
    'identity',
  );
  if (parsed.kind === 'malformed') throw new Error(parsed.problem.what);
  const context = requestContext([
    ['aws:key', value],
    ['aws:username', 'ann'],
  ]);
  return parsed.policy.statements[0]!.conditions.every((item) => conditionHolds(item, context, true));
}

const arn = 'arn:aws:iam::111122223333:role/ci/sync';

describe('a condition with one value', () => {
  it.each([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', 'a*', 'ab', false],
    ['StringEquals', 'a*', 'a*', true],
    ['StringEquals', '${aws:username}', 'ann', true],
    ['StringEquals', '${aws:none}', '${aws:none}', false],
    ['StringNotEquals', 'a', 'b', true],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringNotEquals', '${aws:none}', 'x', true],
    ['stringequalsignorecase', 'Abc', 'aBC', true],
    ['StringNotEqualsIgnoreCase', 'Abc', 'aBC', false],
    ['StringLike', 'a*', 'abc', true],
    ['StringLike', 'a?', 'abc', false],
    ['StringNotLike', 'a*', 'abc', false],
    ['ArnLike', 'arn:aws:iam::*:role/*', arn, true],
    ['ArnEquals', 'arn:aws:iam::*:role/ci/*', arn, true],
    ['ArnLike', 'arn:aws:iam:*:role/*', arn, false],
    ['ArnLike', '*', arn, false],
    ['ArnLike', 'arn:aws:iam::*:role/*', 'role', false],
    ['ArnNotEquals', 'arn:aws:iam::444455556666:role/*', arn, true],
    ['ArnNotLike', 'arn:aws:iam::*:role/*', arn, false],
    ['Bool', 'true', 'true', true],
    ['Bool', true, 'True', true],
    ['Bool', 'false', 'true', false],
    ['Bool', 'yes', 'yes', false],
    ['NumericEquals', 7, '7.0', true],
    ['NumericNotEquals', 7, '8', true],
    ['NumericLessThan', '30', '7', true],
    ['NumericLessThanEquals', '7', '7', true],
    ['NumericGreaterThan', '30', '7', false],
    ['NumericGreaterThanEquals', '7', '7', true],
    ['NumericLessThan', '30', 'many', false],
    ['DateLessThan', '2026-06-01T00:00:00Z', '2026-01-01T00:00:00Z', true],
    ['DateGreaterThan', '1767225600', '2026-01-01T00:00:01Z', true],
    ['DateEquals', '1767225600', '2026-01-01T00:00:00Z', true],
    ['DateNotEquals', '1767225600', '2026-01-01T00:00:00Z', false],
    ['DateLessThanEquals', 'someday', '2026-01-01T00:00:00Z', false],
    ['DateGreaterThanEquals', '2026-01-01', '2026-01-01T00:00:00Z', true],
    ['IpAddress', '10.0.0.0/8', '10.1.2.3', true],
    ['IpAddress', '10.1.2.3', '10.1.2.3', true],
    ['IpAddress', '10.0.0.0/33', '10.1.2.3', false],
    ['IpAddress', '2001:db8::/32', '2001:db8::1', true],
    ['IpAddress', '2001:db8::/32', '10.1.2.3', false],
    ['NotIpAddress', '10.0.0.0/8', '192.0.2.1', true],
    ['BinaryEquals', 'QQ==', 'QQ==', true],
    ['Null', 'false', 'anything', true],
    ['Null', 'true', 'anything', false],
  ])('%s %j against %j: %s', (operator, values, value, expected) => {
    expect(holds(operator, values, value)).toBe(expected);
  });
});

describe('a condition on a key that the request lacks', () => {
  it.each([
    ['StringEquals', 'a', false],
    ['StringEqualsIfExists', 'a', true],
    ['StringNotEquals', 'a', true],
    ['StringLike', '*', false],
    ['ArnNotLike', arn, true],
    ['Bool', 'false', false],
    ['BoolIfExists', 'false', true],
    ['NumericLessThan', 1, false],
    ['ForAllValues:StringEquals', 'a', true],
    ['ForAnyValue:StringEquals', 'a', false],
    ['Null', 'true', true],
    ['Null', 'false', false],
  ])('%s %j: %s', (operator, values, expected) => {
    expect(holds(operator, values, undefined)).toBe(expected);
  });
});

describe('a condition on a key with several values', () => {
  it.each([
    ['ForAllValues:StringEquals', ['a', 'b', 'c'], ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a'], ['a', 'b'], false],
    ['ForAllValues:StringLike', ['a*'], 'ab', true],
    ['ForAnyValue:StringEquals', ['a'], ['a', 'b'], true],
    ['ForAnyValue:StringEquals', ['c'], ['a', 'b'], false],
    ['ForAnyValue:StringNotEquals', ['a'], ['a', 'b'], true],
    ['ForAllValues:StringNotEquals', ['a'], ['a', 'b'], false],
    ['ForAllValues:StringNotEquals', ['c'], ['a', 'b'], true],
    ['StringEquals', ['a', 'b'], ['a', 'b'], false],
    ['StringNotEquals', ['c'], ['a', 'b'], false],
    ['Null', 'false', ['a', 'b'], true],
  ])('%s %j against %j: %s', (operator, values, value, expected) => {
    expect(holds(operator, values, value)).toBe(expected);
  });
});
