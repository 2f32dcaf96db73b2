import { parse } from 'dotenv';
import { expand } from 'dotenv-expand';
import fc from 'fast-check';
import { valuesOf } from './reading.test-kit';
import { readDotenv } from './dotenv';

const values = (text: string) => valuesOf(readDotenv(text, '.env'));

test.each<[string, string, Record<string, string>, RegExp | undefined]>([
  ['a bare value', 'A=b', { A: 'b' }, undefined],
  ['spaces around', '  A = b  ', { A: 'b' }, /spaces at the end removed/],
  ['double quotes', 'A="b c"', { A: 'b c' }, /^quotes removed$/],
  ['single quotes', "A='b\\nc'", { A: 'b\\nc' }, /quotes removed, other backslashes kept/],
  ['backticks around both', 'A=`it\'s "b"`', { A: 'it\'s "b"' }, /^quotes removed$/],
  ['export', 'export A=b', { A: 'b' }, /^"export" removed$/],
  ['a colon', 'A: b', { A: 'b' }, /":" read as "="/],
  ['a line break by \\n', 'A="b\\nc"', { A: 'b\nc' }, /\\n and \\r read as line breaks/],
  ['several lines', 'A="b\nc\nd"\nB=e', { A: 'b\nc\nd', B: 'e' }, /quotes removed/],
  [
    'a key in PEM',
    "K='-----BEGIN-----\nx#y\n-----END-----'",
    { K: '-----BEGIN-----\nx#y\n-----END-----' },
    /^quotes removed$/,
  ],
  [
    'CRLF',
    'A=b\r\nC="d\r\ne"\r\n',
    { A: 'b', C: 'd\ne' },
    /^quotes removed, CRLF read as line breaks \(LF\)$/,
  ],
  [
    'a quote in the comment behind quotes',
    'A="b" # it"s',
    { A: 'b' },
    /quotes removed, all from # on is a comment/,
  ],
  ['a comment behind', 'A=b # c', { A: 'b' }, /all from # on is a comment/],
  ['# without a space before it', 'A=b#c', { A: 'b' }, /all from # on is a comment/],
  ['# in quotes', 'A="b#c"', { A: 'b#c' }, /^quotes removed$/],
  ['a comment behind quotes', 'A="b#c" # d', { A: 'b#c' }, /quotes removed, all from # on is a comment/],
  ['an empty value', 'A=', { A: '' }, /^is empty$/],
  ['a reference', 'A=${B}', { A: '${B}' }, /\$ is not expanded/],
  ['a key twice', 'A=b\nA=c', { A: 'c' }, /defined again in line 2; the last definition counts/],
  ['= in a value', 'A=b=c==', { A: 'b=c==' }, undefined],
  ['a quote within', "A=it's", { A: "it's" }, undefined],
  ['a quote that is not closed', 'A="b\nB=c', { A: '"b', B: 'c' }, /^the quote is kept: it is not closed$/],
  ['an empty text in quotes', 'A=""', { A: '' }, /^quotes removed, is empty$/],
  ['escaped quotes', 'A="b\\"c"', { A: 'b\\"c' }, /other backslashes kept/],
])('%s', (_, text, expected, said) => {
  expect(values(text)).toEqual(expected);
  expect(values(text)).toEqual(parse(text));
  const notes = readDotenv(text, '.env').normalised.map(({ what }) => what);
  if (said === undefined) expect(notes).toEqual([]);
  else expect(notes.join('; ')).toMatch(said);
});

test.each([
  ['a quoted value in the next line', 'A=\n"b"', 1],
  ['__proto__', 'A=b\n__proto__=c', 2],
])('what the library reads otherwise is refused: %s', (_, text) => {
  expect(() => readDotenv(text, '.env')).toThrow(/\.env, line \d/);
});

test('lines that are no assignments are listed by number', () => {
  const { leftOut } = readDotenv('A=b\nsecret-line\n# c\n\n  \nC=d\n', '.env');
  expect(leftOut).toEqual([{ key: 'line 2', what: 'is not an assignment; dotenv skips it' }]);
});

test('whatever the text: refused, or the values of the library, and none of them in a note', () => {
  const piece = fc.constantFrom(
    'A',
    'B',
    'c.d',
    '=',
    ':',
    ' ',
    '\n',
    '\r\n',
    '"',
    "'",
    '`',
    '\\',
    '\\n',
    '#',
    '$',
    '${A}',
    'export ',
    'x',
    '-',
    '__proto__',
    '\ufeff',
  );
  const canary = 'kanarienvogel';
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.constant(canary)), { maxLength: 25 }), (pieces) => {
      const text = pieces.join('');
      try {
        const reading = readDotenv(text, '.env');
        expect(valuesOf(reading)).toEqual(parse(text));
        const keys = new Set(Object.keys(parse(text)));
        for (const { key, what } of [...reading.normalised, ...reading.leftOut]) {
          expect(what).not.toContain(canary);
          expect(keys.has(key) || key.startsWith('line ')).toBe(true);
        }
      } catch (error) {
        expect(String(error)).toMatch(/dotenv reads no value/);
        expect(String(error)).not.toContain(canary);
      }
    }),
    { numRuns: 1500, seed: 20261129 },
  );
});

test('comments are kept in their places, also those behind values; not what is in quotes', () => {
  const { documents } = readDotenv('# one\nA=b # two\n#three\nB="x\n# y"\nA=c\n# four', '.env');
  const items = documents[0]?.items.map((item) => (item.kind === 'item' ? item.key : item));
  const comment = (text: string) => ({ kind: 'comment', text, inline: false });
  expect(items).toEqual([comment(' one'), comment(' two'), 'A', comment('three'), 'B', comment(' four')]);
});

test('whatever the text: a value that is not in it as it is, or that dotenv-expand changes, is listed', () => {
  const piece = fc.constantFrom(
    ...'AB=: \n"\'`\\#$x',
    '\r\n',
    '\\n',
    '${A}',
    '$A',
    '\\$',
    'export ',
    'A="',
    "B='",
    '"\n',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const text = pieces.join('');
      const reading = (() => {
        try {
          return readDotenv(text, '.env');
        } catch {
          return undefined;
        }
      })();
      if (reading === undefined) return;
      const listed = new Set(reading.normalised.map(({ key }) => key));
      const parsed = parse(text);
      const expanded = expand({ parsed: { ...parsed }, processEnv: {} }).parsed ?? {};
      const lines = text.split(/\r\n?|\n/).map((line) => line.replace(/^\s*[\w.-]+\s*=\s*/, ''));
      for (const [key, value] of Object.entries(parsed)) {
        if (listed.has(key)) continue;
        expect(lines).toContain(value);
        expect(expanded[key]).toBe(value);
      }
    }),
    { numRuns: 1500, seed: 20261129 },
  );
});
