import fc from 'fast-check';
import { fed, noInput, type HiddenInput } from './hidden-input';

const begin = '\x1b[200~';
const end = '\x1b[201~';
const after = (...chunks: readonly string[]): HiddenInput => chunks.reduce(fed, noInput);

test.each<[string, readonly string[], string]>([
  ['keys', ['a', 'b', '\r'], 'ab'],
  ['a line at once', ['abc\r'], 'abc'],
  ['a line with both line ends', ['abc\r\n'], 'abc'],
  ['Enter twice', ['abc\r', '\r'], 'abc'],
  ['spaces and tabs', [' a\tb ', '\r'], ' a\tb '],
  ['backspace, by character', ['aü🔑', '\x7f', '\x7f', 'b\r'], 'ab'],
  ['Ctrl-H on nothing', ['\b', 'a\r'], 'a'],
  ['Ctrl-U', ['wrong', '\x15', 'right\r'], 'right'],
  [
    'arrows, Home, F5, Alt-b, focus reports',
    ['a', '\x1b[D', '\x1bOH', '\x1b[15~', '\x1bb', '\x1b[I', 'b\r'],
    'ab',
  ],
  ['an arrow in two pieces', ['a', '\x1b', '[D', 'b\r'], 'ab'],
  ['Escape, then a letter', ['\x1b', 'a\r'], 'a'],
  ['Escape, then a paste', ['\x1b', `${begin}a\rb${end}`, '\r'], 'a\nb'],
  ['Ctrl-D behind text', ['a', '\x04', 'b\r'], 'ab'],
  ['Ctrl-A, Ctrl-Z', ['a', '\x01', '\x1a', 'b\r'], 'ab'],
  ['a pasted line', [`${begin}abc${end}`, '\r'], 'abc'],
  ['a paste and Enter at once', [`${begin}a\rb${end}\r`], 'a\nb'],
  ['a paste amid keys', ['<', `${begin}a\rb${end}`, '>\r'], '<a\nb>'],
  ['two pastes', [`${begin}a\r${end}${begin}b${end}\r`], 'a\nb'],
  ['line ends of all kinds', [`${begin}a\r\nb\nc\rd${end}\r`], 'a\nb\nc\nd'],
  ['blank lines', [`${begin}\r\ra\r\r${end}\r`], '\n\na\n\n'],
  ['control characters in a paste', [`${begin}\x1b[31m\x03\x00\x7f\t${end}\r`], '\x1b[31m\x03\x00\x7f\t'],
  ['a part of a mark in a paste', [`${begin}a\x1b[201b${end}\r`], 'a\x1b[201b'],
])('%s', (_, chunks, text) => {
  expect(after(...chunks)).toEqual({ ...noInput, text, state: 'ended' });
});

test.each<[string, readonly string[], HiddenInput['state']]>([
  ['lines without marks', ['a\rb\r'], 'several-lines'],
  ['lines without marks, in pieces', ['a\r', 'b\r'], 'several-lines'],
  ['lines without marks, with LF', ['a\nb'], 'several-lines'],
  ['a line behind an empty one', ['\ra'], 'several-lines'],
  ['a paste with a mark in it that ends it early', [`${begin}a${end}b\rc${end}`], 'several-lines'],
  ['escape codes amid text', ['a\x1b[31mb\r'], 'key-codes'],
  ['control characters amid text', ['a\x01b'], 'key-codes'],
  ['… before a paste', [`a\x01${begin}b${end}`], 'key-codes'],
  ['Ctrl-C', ['a', '\x03'], 'cancelled'],
  ['Ctrl-C in a paste that has no end', [`${begin}a`, '\x03'], 'cancelled'],
  ['Ctrl-D at once', ['\x04'], 'cancelled'],
  ['a paste without an end', [`${begin}a\r`], 'open'],
])('%s: %s', (_, chunks, state) => {
  expect(after(...chunks).state).toBe(state);
});

test('too much, in a paste without an end too', () => {
  expect(after(begin, 'x'.repeat(1024 * 1024 + 1)).state).toBe('too-long');
});

test('nothing follows a refusal', () => {
  expect(after('a\rb', '\r', '\x03').state).toBe('several-lines');
});

/** Pieces of a text, cut wherever. */
const pieces = (text: string, cuts: readonly number[]): readonly string[] => {
  const at = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, index) => text.slice(from, at[index] ?? text.length));
};

test('a paste is taken whole, however it arrives', () => {
  const content = fc
    .array(fc.constantFrom('a', '\r', '\n', '\t', '\x1b', '[', '2', '0', '1', '~', 'é', '🔑', '\x00', 'key'))
    .map((parts) => parts.join(''))
    .filter((text) => !`${text}${end}`.slice(0, -1).includes(end));
  fc.assert(
    fc.property(content, fc.array(fc.nat(), { maxLength: 8 }), (text, cuts) => {
      const chunks = pieces(`${begin}${text}${end}\r`, cuts).filter((chunk) => chunk !== '\x03');
      const { state, text: taken } = after(...chunks);
      expect([state, taken]).toEqual(['ended', text.replaceAll(/\r\n?/g, '\n')]);
    }),
    { numRuns: 500 },
  );
});

test('without marks: whole or refused, never cut', () => {
  const content = fc
    .array(fc.constantFrom('a', '\r', '\n', '\t', 'é', '🔑', 'key', ' '), { minLength: 1 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(content, fc.array(fc.nat(), { maxLength: 8 }), (text, cuts) => {
      const { state, text: taken } = after(...pieces(text, cuts), '\r');
      const [first = '', ...others] = text.split(/[\r\n]/);
      if (others.some((line) => line !== '')) expect(state).toBe('several-lines');
      else expect([state, taken]).toEqual(['ended', first]);
    }),
    { numRuns: 500 },
  );
});
