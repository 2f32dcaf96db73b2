/** Texts that formats find hard: words of other types, syntax, blanks, breaks, every script. */
import fc from 'fast-check';

/** What a YAML reader may take for something else than text. */
const lookalikes = [
  ...['', ' ', '~', 'null', 'Null', 'true', 'True', 'tRUE', 'false', 'yes', 'No', 'on', 'n', 'y'],
  ...[
    '0',
    '-0',
    '+0',
    '-0.0',
    '0.0',
    '1',
    '007',
    '08',
    '0o17',
    '0x1F',
    '0b101',
    '1_000',
    '1__0',
    '+12',
    '-5',
  ],
  ...['1.', '.5', '-.5', '1.5', '1e3', '1E-7', '1e400', '1e21', '123456.789', '1234567.5', '0.00001', '1:30'],
  ...['9223372036854775807', '-9223372036854775808', '18446744073709551616', '9007199254740993'],
  ...['.inf', '-.Inf', '.nan', 'inf', 'NaN', '2001-12-14', '2001-12-14t21:59:43.10-05:00', '2001-02-30'],
  ...['2001-12-14T21:59:43Z', '2001-12-14 21:59:43.123456789', '0001-01-01', '20:03:20', '685_230.15'],
  ...[
    '<<',
    '=',
    '---',
    '...',
    '-',
    '?',
    ':',
    '- a',
    'a: b',
    'a #b',
    '#c',
    '&a',
    '*a',
    '!t',
    '|',
    '>',
    '@',
    '`',
  ],
  ...['%YAML', '[', '{', '}', ',', '"', "'", 'ENC[x]', 'sops', '__proto__', 'constructor', '\\n', '\\', '\t'],
];

export const lookalike = fc.constantFrom(...lookalikes);

/** One line of text in any script, without control characters. */
export const line = fc
  .oneof(
    { weight: 3, arbitrary: fc.stringMatching(/^[A-Za-z0-9_.,;:/@%+-]{0,24}$/) },
    { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 24 }) },
    {
      weight: 2,
      arbitrary: fc.string({
        unit: fc.constantFrom(...` \t:#-?"'\\|>{}[],&*!%@\`=;~0x1.eE_aé🔑<\u00a0`),
        maxLength: 12,
      }),
    },
    { weight: 2, arbitrary: lookalike },
  )
  .map((text) => text.replace(/[\n\r\p{Cs}]|(?!\t)\p{Cc}/gu, ''));

/** Text of several lines, with what is a line break to some. */
export const lines = fc
  .array(fc.oneof(line, fc.constantFrom('', ' ', '  x', '\tx', 'x ', 'x\t')), { maxLength: 4 })
  .chain((all) => fc.constantFrom('\n', '\n', '\n', '\n\n', '\r\n').map((separator) => all.join(separator)));

/** A name of a key that no format finds hard. */
export const plainKey = fc
  .stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,10}$/)
  .filter((key) => !/^sops/i.test(key));
