import { conditionText, evaluateCondition } from './conditions';

/** What is known of a request; other keys are not. */
const context = new Map<string, readonly string[]>([
  ['region', ['eu-west-1']],
  ['via', []],
  ['tags', ['a', 'b']],
  ['flag', ['true']],
  ['days', ['30']],
  ['arn', ['arn:aws:iam::111122223333:role/dev-1']],
  ['some', ['arn:aws:iam::111122223333:role/dev-*']],
  ['all', ['arn:aws:iam::111122223333:*']],
]);

test.each([
  ['StringEquals', 'region', ['eu-west-1'], 'yes'],
  ['StringEquals', 'region', ['us-east-1', 'eu-west-1'], 'yes'],
  ['StringEquals', 'region', ['EU-WEST-1'], 'no'],
  ['StringEqualsIgnoreCase', 'region', ['EU-WEST-1'], 'yes'],
  ['StringNotEquals', 'region', ['eu-west-1', 'us-east-1'], 'no'],
  ['StringNotEquals', 'region', ['us-east-1'], 'yes'],
  ['StringLike', 'region', ['eu-*'], 'yes'],
  ['StringNotLike', 'region', ['eu-*'], 'no'],
  ['StringEquals', 'region', ['eu-*'], 'no'],
  // A key that the request has not.
  ['StringEquals', 'via', ['x'], 'no'],
  ['StringEqualsIfExists', 'via', ['x'], 'yes'],
  ['StringNotEquals', 'via', ['x'], 'yes'],
  ['Null', 'via', ['true'], 'yes'],
  ['Null', 'via', ['false'], 'no'],
  ['Null', 'region', ['false'], 'yes'],
  // Several values.
  ['ForAllValues:StringEquals', 'tags', ['a', 'b', 'c'], 'yes'],
  ['ForAllValues:StringEquals', 'tags', ['a'], 'no'],
  ['ForAllValues:StringEquals', 'via', ['a'], 'yes'],
  ['ForAnyValue:StringEquals', 'tags', ['b'], 'yes'],
  ['ForAnyValue:StringEquals', 'tags', ['c'], 'no'],
  ['ForAnyValue:StringEquals', 'via', ['a'], 'no'],
  ['Bool', 'flag', ['true'], 'yes'],
  ['Bool', 'flag', ['false'], 'no'],
  ['NumericEquals', 'days', ['30'], 'yes'],
  ['NumericLessThan', 'days', ['30'], 'no'],
  ['NumericGreaterThanEquals', 'days', ['7'], 'yes'],
  ['ArnLike', 'arn', ['arn:aws:iam::*:role/dev-*'], 'yes'],
  ['ArnEquals', 'arn', ['arn:aws:iam::111122223333:role/dev-?'], 'yes'],
  ['ArnLike', 'arn', ['arn:aws:iam:*:role/dev-1'], 'no'],
  ['ArnNotLike', 'arn', ['arn:aws:iam::111122223333:role/*'], 'no'],
  // A pattern stands for several: some of them, all of them, those who are not named.
  ['ArnLike', 'some', ['arn:aws:iam::111122223333:role/dev-1'], 'in-part'],
  ['ArnLike', 'some', ['arn:aws:iam::111122223333:role/*'], 'yes'],
  ['ArnLike', 'some', ['arn:aws:iam::111122223333:role/ops-*'], 'no'],
  ['ArnNotLike', 'some', ['arn:aws:iam::111122223333:role/dev-1'], 'yes'],
  ['ArnNotLike', 'some', ['arn:aws:iam::111122223333:role/*'], 'no'],
  ['ArnLike', 'all', ['arn:aws:iam::111122223333:role/x'], 'in-part'],
  ['StringLike', 'all', ['*'], 'yes'],
  ['StringEquals', 'some', ['arn:aws:iam::111122223333:role/dev-1'], 'in-part'],
  // What cannot be determined from here.
  ['StringEquals', 'vpc', ['vpc-1'], 'unknown'],
  ['StringNotEquals', 'vpc', ['vpc-1'], 'unknown'],
  ['IpAddress', 'region', ['10.0.0.0/8'], 'unknown'],
  ['DateLessThan', 'region', ['2027-01-01T00:00:00Z'], 'unknown'],
  ['StringEquals', 'region', ['${aws:PrincipalTag/region}'], 'unknown'],
  ['Nonsense\u001b[31m', 'region', ['eu-west-1'], 'unknown'],
  ['__proto__', 'region', ['eu-west-1'], 'unknown'],
  ['constructor', 'region', ['eu-west-1'], 'unknown'],
])('%s %s %j: %s', (operator, key, values, expected) => {
  expect(evaluateCondition({ operator, key, values }, (name) => context.get(name))).toBe(expected);
});

test('as text, a long list is cut', () => {
  expect(conditionText({ operator: 'StringEquals', key: 'k', values: ['a', 'b', 'c', 'd', 'e'] })).toBe(
    'k StringEquals a, b, c and 2 more',
  );
});
