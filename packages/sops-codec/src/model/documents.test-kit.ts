import fc from 'fast-check';
import type { Document, Format, Item, Leaf, Value } from './tree';

/** Strings that formats find hard: words of other types, syntax, blanks, breaks, every script. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom(...' \t\n\r:#-?"\'\\|>{}[],&*!%@`=;~0x1.eE_aé🔑\u0085\u2028\ufeff'),
    maxLength: 12,
  }),
  fc.constantFrom(
    'true',
    'null',
    '~',
    '0777',
    '08',
    '1e3',
    '.inf',
    '2001-12-14',
    '<<',
    'yes',
    '12:30',
    'ENC[x]',
    '',
    ' ',
    '---',
  ),
);

const time = fc
  .tuple(
    fc.date({
      min: new Date('1000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    }),
    fc.constantFrom('Z', '+05:30', '-08:00'),
  )
  .map(([date, zone]) => `${date.toISOString().slice(0, 19)}${zone}`);

const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  text.map((value) => ({ kind: 'str' as const, text: value })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ kind: 'int' as const, value })),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ kind: 'float' as const, value })),
  fc.boolean().map((value) => ({ kind: 'bool' as const, value })),
  time.map((value) => ({ kind: 'time' as const, text: value })),
  fc.constant({ kind: 'null' as const }),
);

const key = fc
  .oneof(
    fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,12}$/),
    text.filter((name) => name !== ''),
  )
  .filter((name) => name !== 'sops');

const mappingOf = (value: fc.Arbitrary<Value>): fc.Arbitrary<Document> =>
  fc.uniqueArray(fc.tuple(key, value), { maxLength: 6, selector: ([name]) => name }).map((entries) => ({
    kind: 'map',
    items: entries.map(([name, one]): Item => ({ kind: 'item', key: name, value: one })),
  }));

const { nested } = fc.letrec<{ nested: Value }>((tie) => ({
  nested: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    mappingOf(tie('nested')),
    fc.array(tie('nested'), { maxLength: 4 }).map((elements) => ({ kind: 'list' as const, elements })),
  ),
}));

const flatKey = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/).filter((name) => !name.startsWith('sops'));

/** A line of a dotenv value: two characters `\n` in it would be read as a line break, as sops does. */
const dotenvText = text.filter((value) => !value.includes('\\n'));

const flat = (value: fc.Arbitrary<string>) =>
  fc
    .uniqueArray(fc.tuple(flatKey, value), { maxLength: 6, selector: ([name]) => name })
    .map((entries): Document => ({
      kind: 'map',
      items: entries.map(([name, one]): Item => ({
        kind: 'item',
        key: name,
        value: { kind: 'str', text: one },
      })),
    }));

/** Random documents that a format can hold. */
export const documentsOf: Readonly<Record<Exclude<Format, 'binary'>, fc.Arbitrary<Document>>> = {
  yaml: mappingOf(nested),
  json: mappingOf(nested),
  dotenv: flat(dotenvText),
  ini: flat(
    fc.string({ unit: 'grapheme-ascii', maxLength: 20 }).filter((value) => !/["`\\\n\r]/.test(value)),
  ).map((document) => ({
    kind: 'map',
    items: [
      { kind: 'item', key: 'DEFAULT', value: { kind: 'map', items: [] } },
      { kind: 'item', key: 'section', value: document },
    ],
  })),
};
