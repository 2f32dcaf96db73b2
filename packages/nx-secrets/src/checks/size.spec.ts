import * as fc from 'fast-check';
import { encrypt, type Document, type Format, type Leaf, type Value } from 'sops-codec';
import { secretValue } from '../secret-file/payload';
import { openKeyring, somebody } from './open-keyring.test-kit';
import { size } from './size';

const map = (entries: Readonly<Record<string, Value>>): Document => ({
  kind: 'map',
  items: Object.entries(entries).map(([key, value]) => ({ kind: 'item', key, value })),
});
const text = (content: string): Value => ({ kind: 'str', text: content });

const seal = (document: Document, format: Format) =>
  encrypt([document], { format, groups: [[somebody]] }, openKeyring);

test.each<[string, Format, Document]>([
  ['one long value', 'yaml', map({ A: text('x'.repeat(65_529)) })],
  [
    'many',
    'json',
    map(Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`K${at}`, text('y'.repeat(60))]))),
  ],
  [
    'a list',
    'yaml',
    map({ list: { kind: 'list', elements: Array.from({ length: 7_000 }, () => text('abcdefg')) } }),
  ],
  ['unencrypted', 'yaml', map({ A_unencrypted: text('x'.repeat(65_536)) })],
  ['a binary file', 'binary', map({ data: text('x'.repeat(65_537)) })],
])('too large: %s', async (_, format, document) => {
  const problem = size(await seal(document, format), 'json', 'f');
  expect(problem?.what).toMatch(/at least \d+ bytes/);
});

test.each<[string, Format, Document]>([
  ['empty', 'yaml', map({})],
  ['just fits', 'yaml', map({ A: text('x'.repeat(65_528)) })],
  ['a binary file that just fits', 'binary', map({ data: text('x'.repeat(65_536)) })],
])('not: %s', async (_, format, document) => {
  expect(size(await seal(document, format), 'json', 'f')).toBeUndefined();
});

const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }).map((content) => ({ kind: 'str', text: content }) as const),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((value) => ({ kind: 'int', value }) as const),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ kind: 'float', value }) as const),
  fc.boolean().map((value) => ({ kind: 'bool', value }) as const),
  fc.constant({ kind: 'null' } as const),
);
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }).map((elements) => ({ kind: 'list', elements }) as const),
    fc.dictionary(fc.string({ maxLength: 6 }), tie('value'), { maxKeys: 4 }).map(map),
  ),
}));

test('property: what is called too large is refused by the sync, too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string({ maxLength: 6 }), value, { maxKeys: 4 }), async (entries) => {
      // One value that is about as large as may be decides; the rest adds what it adds.
      const document = map({ ...entries, filler: text('x'.repeat(65_400)) });
      fc.pre(!Object.hasOwn(entries, 'sops'));
      const problem = size(await seal(document, 'json'), 'json', 'f');
      if (!problem) return;
      expect(() => secretValue([document], 'json', 'json', 'f')).toThrow(/the value has \d+ bytes/);
    }),
    { numRuns: 100 },
  );
});
