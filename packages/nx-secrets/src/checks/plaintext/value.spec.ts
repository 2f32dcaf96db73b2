import { isValue } from './value';

/** In examples and tests what only shows how a value looks is not reported. */
test.each([
  ['hunter2', false],
  ['hunter22', true],
  ['your-password', false],
  ['postgres://app:Xk29sLqP@db.internal/users', true],
  ['postgres://user:password@db.internal/users', false],
  ['https://hooks.example/T0/B0/Xk29sLqP', false],
  ['http://localhost:5432', false],
  ['not-a-real-key', false],
  ['Xk29sLqP...', false],
])('where only an illustration is expected: %s', (text, expected) => {
  expect(isValue(text, 'lenient')).toBe(expected);
});

test.each([
  ['hunter2', true],
  [' \n', false],
  ['change-me', false],
  ['changed', true],
  ['x', false],
  ['****', false],
  ['<password>', false],
  ['ENC[AES256_GCM,data:x]', false],
  ['$ANSIBLE_VAULT;1.1;AES256', false],
  ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:x', false],
  ['/run/secrets/db', false],
  ['${DB_PASSWORD}', false],
  ['${DB_PASSWORD:-hunter2}', true],
  ['${DB_PASSWORD:-changeme}', false],
  ['postgres://app:hunter2@${HOST}/users', true],
  ['postgres://app:${PASSWORD}@${HOST}/users', false],
  ['DATABASE_URL', false],
])('elsewhere: %j', (text, expected) => {
  expect(isValue(text, 'strict', (one) => one === 'DATABASE_URL')).toBe(expected);
});

test('a text that is too long for a word is a value, unless it is encrypted', () => {
  expect(isValue('x'.repeat(4_096), 'strict')).toBe(false);
  expect(isValue('x'.repeat(4_097), 'strict')).toBe(true);
  expect(isValue(`ENC[${'x'.repeat(4_097)}]`, 'strict')).toBe(false);
});
