import { toProblem } from '../problem';
import { namesOf } from './names';
import { readOptions } from './options';

const problemOf = (step: () => unknown) => {
  try {
    step();
  } catch (error) {
    return toProblem(error);
  }
  throw new Error('was accepted');
};
const tagsOf = (raw: object, stage = 'dev') => namesOf('orders', stage, readOptions(raw), 'apps/orders').tags;

test('tags of all stages, over which a stage has its own, with placeholders filled in', () => {
  const raw = {
    stages: { dev: {}, prod: { tags: { env: 'live', Team: 'ops' } } },
    tags: { env: '{stage}', team: 'shop', owner: 'team:{service}@acme' },
  };
  expect(tagsOf(raw)).toEqual({ env: 'dev', team: 'shop', owner: 'team:orders@acme' });
  // The names of tags differ by more than case: AWS's policies do not see that.
  expect(tagsOf(raw, 'prod')).toEqual({ env: 'live', Team: 'ops', owner: 'team:orders@acme' });
  expect(tagsOf(raw, 'elsewhere')).toEqual({ env: 'elsewhere', team: 'shop', owner: 'team:orders@acme' });
  expect(tagsOf({})).toBeUndefined();
});

const many = (count: number, prefix = 't') =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, '']));

test.each<readonly [string, object, string]>([
  ['reserved by AWS', { 'aws:owner': 'x' }, 'begins with aws:'],
  ['reserved by AWS, in capitals', { 'AWS:owner': 'x' }, 'begins with aws:'],
  ...['managed-by', 'service', 'stage', 'replaced-by', 'replaces', 'revoked', 'Service'].map(
    (name): readonly [string, object, string] => [
      'set by nx-secrets',
      { [name]: 'x' },
      'is set by nx-secrets itself',
    ],
  ),
  ['a name that is too long', { ['n'.repeat(129)]: '' }, 'more than 128'],
  ['an empty name', { '': 'x' }, 'has no name'],
  ['a value that is too long', { a: 'x'.repeat(257) }, 'more than 256'],
  ['a character that AWS refuses', { a: 'x;y' }, 'has ";" in its value'],
  ['one in a name', { 'a*': 'x' }, 'has "*" in its name'],
  ['an escape code', { a: '\u001b[2J' }, 'in its value'],
  ['a number', { a: 1 }, 'is not a text'],
  ['another placeholder', { a: '{team}' }, 'unknown placeholder {team}'],
  ['names that differ by case only', { team: 'a', Team: 'b' }, 'upper and lower case only'],
  ['more than AWS takes', many(45), '45 tags are too many'],
  ['a list', ['team'], 'not an object'],
])('refuses %s', (_, tags, what) => {
  expect(problemOf(() => readOptions({ tags })).what).toContain(what);
  expect(problemOf(() => readOptions({ stages: { dev: { tags } } })).what).toContain(what);
});

test('refuses too many of both, and a value that is too long with the names filled in', () => {
  expect(readOptions({ tags: many(44) }).tags).toEqual(many(44));
  expect(() => readOptions({ tags: many(44), stages: { dev: { tags: many(1, 'u') } } })).toThrow('too many');
  expect(() => tagsOf({ tags: { a: `${'{service}'.repeat(20)}${'x'.repeat(150)}` } })).toThrow(
    'more than 256',
  );
});
