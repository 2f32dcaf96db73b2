/** Random JSON texts: any spelling of numbers, strings and blanks. */
import fc from 'fast-check';
import { line, lines, plainKey } from './words.mjs';

const number = fc.oneof(
  fc.integer().map(String),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => value.toExponential().replace('e+', 'E')),
  fc.constantFrom(
    '0',
    '-0',
    '-0.0',
    '1.0',
    '1.50',
    '1e3',
    '1E+3',
    '1e-7',
    '1e21',
    '5e-324',
    '9223372036854775808',
  ),
  fc.constantFrom(
    '1e400',
    '01',
    '+1',
    '.5',
    '1.',
    'NaN',
    '-',
    '18446744073709551616',
    '123456789012345678901234567890',
  ),
);

/** A text as JSON, some characters of it as escapes. */
const string = fc
  .tuple(fc.oneof(line, lines), fc.nat(3))
  .map(([text, some]) =>
    JSON.stringify(text).replace(/[^\\"]/gu, (character, at) =>
      some > 0 && at % (some + 3) === 1 && !/^\\/.test(character) && character.length === 1
        ? escapeOf(character)
        : character,
    ),
  );
const escapeOf = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
/** JSON.stringify's own escapes must stay whole. */
const safeString = string.map((text) => {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return '"x"';
  }
});
const odd = fc.constantFrom(
  '"\\/"',
  '"\\ud83d\\ude00"',
  '"\\ud800"',
  '"\\u0000"',
  '"\\u2028"',
  '"a\tb"',
  "'x'",
  '"\\x"',
);
const gap = fc.constantFrom('', '', '', ' ', '\n', '\t', '\r\n  ');

const { value, object } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'json' },
    { weight: 6, arbitrary: fc.oneof({ weight: 9, arbitrary: safeString }, { weight: 1, arbitrary: odd }) },
    { weight: 4, arbitrary: number },
    { weight: 2, arbitrary: fc.constantFrom('true', 'false', 'null') },
    {
      weight: 2,
      arbitrary: fc
        .tuple(gap, fc.array(tie('value'), { maxLength: 4 }))
        .map(([g, all]) => `[${g}${all.join(`${g},`)}${g}]`),
    },
    { weight: 2, arbitrary: tie('object') },
  ),
  object: fc
    .tuple(
      gap,
      gap,
      fc.array(
        fc.tuple(
          fc.oneof({ weight: 3, arbitrary: plainKey.map((key) => `"${key}"`) }, safeString),
          tie('value'),
        ),
        { maxLength: 6 },
      ),
    )
    .map(
      ([a, b, items]) => `{${a}${items.map(([key, one]) => `${key}${b}:${a}${one}`).join(`${a},${b}`)}${b}}`,
    ),
}));

/** A JSON text; few are no JSON at all. */
export const jsonText = fc.oneof(
  { weight: 20, arbitrary: fc.tuple(gap, object, gap).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: value },
);
