import { matchesAction, matchesArn, matchesPattern, readPattern } from './match';
import { requestContext } from './request-context';

const context = requestContext([
  ['aws:username', 'ann'],
  ['aws:PrincipalTag/star', '*'],
  ['aws:PrincipalTag/path', 'a:b/c'],
  ['aws:TagKeys', ['one', 'two']],
]);
const matches = (pattern: string, value: string, variables = true): boolean | undefined => {
  const read = readPattern(pattern, context, variables);
  return read && matchesPattern(read, value);
};

describe('a pattern', () => {
  it.each([
    ['abc', 'abc', true],
    ['abc', 'ABC', false],
    ['abc', 'abcd', false],
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['a*c', 'abbbc', true],
    ['a*c', 'ac', true],
    ['a*c', 'acb', false],
    ['*a*b*', 'xxaxxbxx', true],
    ['*ab*abc', 'ababab abc', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['???', '\u{1F511}ab', true],
    ['a.c', 'abc', false],
    ['[a]', 'a', false],
    ['${aws:username}', 'ann', true],
    ['${AWS:UserName}/*', 'ann/x', true],
    ["${aws:nothing, 'bob'}", 'bob', true],
    ["${aws:username, 'bob'}", 'ann', true],
    ['${*}x', '*x', true],
    ['${*}x', 'yx', false],
    ['${?}${$}', '?$', true],
    ['${aws:PrincipalTag/star}', 'anything', false],
    ['${aws:PrincipalTag/star}', '*', true],
    ['${aws:nothing}', '${aws:nothing}', undefined],
    ['${aws:TagKeys}', 'one', undefined],
    ['${unclosed', '${unclosed', true],
  ])('%s against %j: %s', (pattern, value, expected) => {
    expect(matches(pattern, value)).toBe(expected);
  });

  it('of an older policy version has no variables', () => {
    expect(matches('${aws:username}', 'ann', false)).toBe(false);
    expect(matches('${aws:username}', '${aws:username}', false)).toBe(true);
    expect(matches('${aws:*}', '${aws:username}', false)).toBe(true);
  });

  it('takes no time that grows with the number of ways it could match', () => {
    expect(matches(`${'*a'.repeat(200)}b`, 'a'.repeat(5000))).toBe(false);
  });
});

describe('an action', () => {
  it.each([
    ['*', 'kms:Decrypt', true],
    ['kms:*', 'kms:Decrypt', true],
    ['KMS:decrypt', 'kms:Decrypt', true],
    ['kms:De*', 'kms:Describe', true],
    ['kms:?ecrypt', 'kms:Decrypt', true],
    ['kms:Generate*Key', 'kms:GenerateDataKeyWithoutPlaintext', false],
    ['secretsmanager:*', 'kms:Decrypt', false],
  ])('%s names %s: %s', (pattern, action, expected) => {
    expect(matchesAction(pattern, action)).toBe(expected);
  });
});

describe('an ARN', () => {
  const key = 'arn:aws:kms:eu-west-1:111122223333:key/1-2';
  const odd = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:a:b/c-AbCdEf';
  it.each([
    ['*', key, true],
    [key, key, true],
    ['arn:aws:kms:*:111122223333:key/*', key, true],
    ['arn:*:kms:*:*:key/?-?', key, true],
    ['arn:aws:kms:*:key/1-2', key, false],
    ['arn:aws:kms:*', key, true],
    ['arn:aws:kms:eu-west-1:111122223333:KEY/1-2', key, false],
    ['arn:aws:kms:eu-west-1:111122223333:key', key, false],
    ['arn:aws:secretsmanager:*:*:secret:${aws:PrincipalTag/path}-??????', odd, true],
    ['arn:aws:secretsmanager:*:*:secret:*-??????', odd, true],
    ['arn:aws:secretsmanager:*:*:secret:${aws:nothing}', odd, undefined],
    ['arn:aws:kms:*:*:key/*', 'not an arn', false],
  ])('%s names %s: %s', (pattern, arn, expected) => {
    expect(matchesArn(pattern, arn, context, true)).toBe(expected);
  });
});
