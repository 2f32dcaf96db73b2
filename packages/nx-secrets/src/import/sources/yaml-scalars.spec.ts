import { parse as parseYaml } from 'yaml';
import fc from 'fast-check';
import { valuesOf } from './reading.test-kit';
import { readTree } from './tree';

const read = (text: string) => readTree(text, 'yaml', 'source');
const notes = (text: string) => read(text).normalised.map(({ key, what }) => `${key}: ${what}`);

test.each([
  '1e3',
  '0o17',
  '010',
  '08',
  '0123456',
  '1_000',
  '0b11',
  '-0x1F',
  '1e400',
  '12:30:45',
  '2001-12-14',
  '2001-12-14T21:59:43Z',
  '2001-12-14 21:59:43.1 -5',
  'yes',
  'No',
  'on',
  'y',
  '!!timestamp 2001-12-14',
])('what libraries of YAML read differently is kept as its text, and listed: %s', (written) => {
  const text = written.replace(/^!!\w+ /, '');
  const source = `a: {b: [x, ${written}]}\n`;
  expect(valuesOf(read(source))).toEqual({ a: { b: ['x', text] } });
  expect(notes(source)).toEqual([expect.stringMatching(/^a\.b\.1: kept as its text; libraries of YAML/)]);
});

test.each<[string, number]>([
  ['1.10', 1.1],
  ['1.0', 1],
  ['+1', 1],
  ['.5', 0.5],
  ['1.', 1],
  ['0x1F', 31],
  ['1.5e+3', 1500],
  ['-0', 0],
])('a number that they agree on stays one, and its other form is listed: %s', (written, value) => {
  expect(valuesOf(read(`a: ${written}\n`))).toEqual({ a: value });
  expect(notes(`a: ${written}\n`)).toEqual([expect.stringMatching(/^a: the same number/)]);
});

test('what is the same before and after is not listed', () => {
  const text =
    'a: 5432\nb: 0.5\nc: true\nd: ~\ne:\nf: "010"\ng: 1.2.3\nh: !!str 010\ni: |2-\n    x\nj: &x [1]\nk: *x\nl: 9007199254740993\nm: 123e\n"yes": no3\n';
  expect(notes(text)).toEqual([]);
  expect(valuesOf(read(text))).toEqual(parseYaml(text, { version: '1.2' }));
});

test('names that are booleans for some, base64, and values behind an alias are listed', () => {
  expect(notes('on: x\n')).toEqual([expect.stringMatching(/^on: its name is kept as text/)]);
  expect(notes('a: !!binary aGk=\n')).toEqual(['a: base64 decoded']);
  expect(notes('a: &x {c: 010}\nb: *x\n').map((note) => note.slice(0, 3))).toEqual(['a.c', 'b.c']);
});

test.each<[string, RegExp]>([
  ['a: !custom canary\n', /value of a has a tag of YAML[^]*line 1/],
  ['a: b\nc: !!set {canary}\n', /value of c has a tag of YAML[^]*line 2/],
  ['a: {b: !!python/object:x canary}\n', /value of a\.b has a tag/],
  ['a: 123456789012345678901\n', /number of a has more digits/],
  ['a: 0.12345678901234567891\n', /number of a has more digits/],
  ['a: .inf\n', /a is infinite or not a number/],
  ['a: .NaN\n', /a is infinite or not a number/],
  ['1: canary\n', /key that is not a string[^]*numbers or booleans go into quotes/],
])('refused, with the line and without the value: %j', (text, message) => {
  expect(() => read(text)).toThrow(message);
  expect(() => read(text)).not.toThrow(/canary|1234567/);
});

test('whatever the scalar: refused, listed, or the value that another library reads', () => {
  const scalar = fc.string({ unit: fc.constantFrom(...'0123456789_.eE+-:xob yesnof~Tt'), maxLength: 8 });
  fc.assert(
    fc.property(scalar, (one) => {
      const text = `a: ${one}\n`;
      try {
        const reading = read(text);
        if (reading.normalised.length > 0) return;
        for (const version of ['1.1', '1.2'] as const) {
          const other = parseYaml(text, { version }) as { readonly a: unknown };
          // The library takes a lone exponent for a number.
          if (!Number.isNaN(other.a)) expect(valuesOf(reading)).toEqual(other);
        }
      } catch (error) {
        expect(String(error)).toMatch(/ProblemError/);
      }
    }),
    { numRuns: 500, seed: 20261129 },
  );
});
