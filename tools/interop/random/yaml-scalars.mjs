/** Random scalars of YAML in every style. Each is a function that writes it at a place. */
import fc from 'fast-check';
import { line, lines, lookalike } from './words.mjs';

/**
 * Where something is written.
 *
 * @typedef {object} Place
 * @property {number} indent
 * @property {number} step blanks per level
 * @property {boolean} inMapping whether it follows a key
 * @property {boolean} tame whether comments are only where they are kept
 * @property {boolean} quiet whether no comments are written
 * @property {{count: number, known: string[]}} names of anchors
 */

/** A text in single quotes. */
export const single = (text) => `'${text.replaceAll("'", "''")}'`;

/** A text in double quotes, some characters of it as escapes. */
export const double = fc.tuple(fc.oneof(line, lines), fc.boolean()).map(([text, names]) =>
  JSON.stringify(text)
    .replace(/\u0085/g, names ? '\\N' : '\\x85')
    .replace(/[\ud800-\udbff][\udc00-\udfff]/g, (pair) =>
      names ? `\\U${pair.codePointAt(0).toString(16).padStart(8, '0')}` : pair,
    )
    .replace(/\u00a0/g, names ? '\\_' : '\u00a0'),
);

const escapes = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom(
      ...['"\\e\\0\\a"', '"\\x41\\u263a\\U0001F600"', '"a\\\n  b"', '"a\n  b"', '"\\L\\P\\N"'],
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom('"\\/"', '"\\ud800"') },
);

/** What can be without quotes, mostly. */
const isTame = (text) =>
  /^(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|[-:?][^\s-])(?:(?!: | #|:$).)*$/u.test(text) && text.trim() === text;

const words = /^[A-Za-z][A-Za-z0-9_./-]{0,16}( [A-Za-z0-9:#]{1,8}){0,2}$/;
const plain = fc.oneof(
  { weight: 20, arbitrary: lookalike.filter(isTame) },
  { weight: 20, arbitrary: fc.stringMatching(words).filter(isTame) },
  { weight: 20, arbitrary: line.filter(isTame) },
  { weight: 1, arbitrary: line },
);

const tagged = fc.constantFrom(
  ...[
    '!!str 5',
    '!!str true',
    '!!int "5"',
    '!!int 5',
    '!!float 3',
    '!!float "1e3"',
    '!!null null',
    '!custom x',
  ],
  ...[
    '!!bool true',
    '!!bool "false"',
    '!!timestamp 2001-12-14',
    '!!binary aGVsbG8=',
    '!!binary /w==',
    '!!str',
  ],
  ...['!<tag:yaml.org,2002:str> 5', '! 5'],
);

/** A literal or folded block: its header, then lines deeper than where it is. */
const block = fc
  .record({
    style: fc.constantFrom('|', '>'),
    chomp: fc.constantFrom('', '-', '+'),
    digit: fc.constantFrom('', '', '2', '1'),
    text: lines,
    emptyLines: fc.nat(2),
  })
  .map(({ style, chomp, digit, text, emptyLines }) => ({ indent, step }) => {
    const margin = ' '.repeat(Math.max(indent, 0) + (digit === '' ? step : Number(digit)));
    // Where the first line tells the indentation, it cannot begin with a tab.
    const body = digit === '' ? text.replace(/^\t+/gm, '') : text;
    const written = body.split('\n').map((one) => (one === '' ? '' : margin + one));
    return [`${style}${digit}${chomp}`, ...written, ...Array(emptyLines).fill('')].join('\n');
  });

/** What is written the same everywhere. */
export const anywhere = (arbitrary) => arbitrary.map((text) => () => text);

const alias = fc.nat(5).map(
  (which) =>
    ({ names: { known } }) =>
      known.length === 0 ? 'x' : `*${known[which % known.length]}`,
);

export const scalar = fc.oneof(
  { weight: 5, arbitrary: anywhere(plain) },
  { weight: 2, arbitrary: anywhere(line.map(single)) },
  { weight: 3, arbitrary: anywhere(double) },
  { weight: 1, arbitrary: anywhere(escapes) },
  { weight: 1, arbitrary: anywhere(tagged) },
  { weight: 2, arbitrary: block },
  { weight: 1, arbitrary: alias },
);
