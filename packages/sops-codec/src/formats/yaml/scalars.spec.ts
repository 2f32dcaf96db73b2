import { getValue, readPlain, type Value } from '../../index';

const valueOf = (text: string): Value | undefined => getValue(readPlain(text, 'yaml'), ['a']);
const int = (value: bigint): Value => ({ kind: 'int', value });
const str = (text: string): Value => ({ kind: 'str', text });

/** As go-yaml v3 resolves them (`resolve.go`), which is neither YAML 1.1 nor 1.2. */
test.each<[string, Value]>([
  ['0777', int(511n)],
  ['-0777', int(-511n)],
  ['0o777', int(511n)],
  ['010', int(8n)],
  ['0_10', int(8n)],
  ['08', { kind: 'float', value: 8 }],
  ['0x1F', int(31n)],
  ['0b101', int(5n)],
  ['1_000', int(1000n)],
  ['00', int(0n)],
  ['12:30', str('12:30')],
  ['yes', str('yes')],
  ['1e3', { kind: 'float', value: 1000 }],
  ['.5', { kind: 'float', value: 0.5 }],
  ['~', { kind: 'null' }],
  ['"\\U0010ffff"', str('\u{10ffff}')],
])('%s', (text, value) => {
  expect(valueOf(`a: ${text}\n`)).toEqual(value);
});

/** YAML 1.2.2, sections 8.1.2 and 8.1.3; the results are those of sops 3.13.3. */
test.each([
  ['lines are joined by a blank', 'a: >\n  x\n  y\n', 'x y\n'],
  ['one empty line is one line break', 'a: >\n  x\n\n  y\n', 'x\ny\n'],
  ['two empty lines are two line breaks', 'a: >\n  x\n\n\n  y\n', 'x\n\ny\n'],
  ['lines with more indentation keep their breaks', 'a: >\n  x\n    y\n  z\n', 'x\n  y\nz\n'],
  ['an empty line before more indentation', 'a: >\n  x\n\n    y\n  z\n', 'x\n\n  y\nz\n'],
  ['empty lines at the end are dropped', 'a: >\n  x\n\n\nb: 1\n', 'x\n'],
  ['kept with +', 'a: >+\n  x\n\n\nb: 1\n', 'x\n\n\n'],
  ['without the last break with -', 'a: >-\n  x\n\n  y\n\n', 'x\ny'],
  ['a literal block keeps all breaks', 'a: |\n  x\n  y\n\n  z\n', 'x\ny\n\nz\n'],
  ['an indentation of its own', 'a: >2\n   x\n  y\n', ' x\ny\n'],
])('a folded text: %s', (_, text, value) => {
  expect(valueOf(text)).toEqual(str(value));
});

describe('a key and its colon', () => {
  const keyOf = (length: number, quote: string) => `${quote}${'k'.repeat(length)}${quote}`;

  test.each([
    ['plain', '', 1_024],
    ['in quotes', '"', 1_022],
  ])('are on one line, at most 1,024 characters apart: %s', (_, quote, longest) => {
    const [document] = readPlain(`${keyOf(longest, quote)}: 1\n`, 'yaml');
    expect(document?.items[0]).toMatchObject({ key: 'k'.repeat(longest) });
    expect(() => readPlain(`${keyOf(longest + 1, quote)}: 1\n`, 'yaml')).toThrow(
      'a value is not allowed here',
    );
  });

  test('a key of several lines is not one', () => {
    expect(() => readPlain('"a\n  b": 1\n', 'yaml')).toThrow('a value is not allowed here');
  });

  test('after a question mark, a key has any length', () => {
    const [document] = readPlain(`? ${'k'.repeat(2_000)}\n: 1\n`, 'yaml');
    expect(document?.items[0]).toMatchObject({ key: 'k'.repeat(2_000) });
  });
});
