import fc from 'fast-check';
import { covers, mayOverlap } from './glob';

test.each([
  ['*', '', true],
  ['*', 'anything', true],
  ['a*c', 'abbc', true],
  ['a*c', 'ab', false],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['role/dev-*', 'role/dev-*', true],
  ['role/dev-*', 'role/dev-?', true],
  ['role/dev-?', 'role/dev-*', false],
  ['role/*', 'role/dev-*', true],
  ['role/dev-*', 'role/*', false],
  ['role/dev', 'role/*', false],
  ['**', '*', true],
  ['a*b*c', 'axbxbxc', true],
])('%s covers %s: %s', (pattern, text, expected) => expect(covers(pattern, text)).toBe(expected));

test.each([
  ['role/dev-*', 'role/*-ops', true],
  ['role/dev-*', 'role/ops-*', false],
  ['*-a', '*-b', false],
  ['role/dev-*', 'role/dev-1', true],
  ['role/dev', 'role/ops', false],
])('%s may overlap %s: %s', (one, other, expected) => {
  expect(mayOverlap(one, other)).toBe(expected);
  expect(mayOverlap(other, one)).toBe(expected);
});

const alphabet = fc.constantFrom('a', 'b', '*', '?');
const pattern = fc.array(alphabet, { maxLength: 8 }).map((parts) => parts.join(''));
const plain = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 }).map((parts) => parts.join(''));
const expression = (text: string) => new RegExp(`^${text.replaceAll('*', '.*').replaceAll('?', '.')}$`);

test('a text without wildcards: as a regular expression has it', () => {
  fc.assert(
    fc.property(pattern, plain, (one, text) => expect(covers(one, text)).toBe(expression(one).test(text))),
    { numRuns: 2_000 },
  );
});

test('what a covered pattern matches, the covering one matches, and such patterns may overlap', () => {
  fc.assert(
    fc.property(pattern, pattern, plain, (one, other, text) => {
      const [byOne, byOther] = [covers(one, text), covers(other, text)];
      if (covers(one, other) && byOther) expect(byOne).toBe(true);
      if (byOne && byOther) expect(mayOverlap(one, other)).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});

test('a hostile pattern takes no long time', () => {
  expect(covers('*a'.repeat(2_000) + 'b', 'a'.repeat(20_000))).toBe(false);
});
