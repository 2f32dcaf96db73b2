import fc from 'fast-check';
import {
  decrypt,
  encrypt,
  parse,
  SopsError,
  serialize,
  type Document,
  type Keyring,
  type Value,
} from '../index';

const keyring: Keyring = {
  wrap: (_, key) => Promise.resolve(Buffer.from(key).toString('base64')),
  unwrap: ({ enc }) => Promise.resolve(Buffer.from(enc, 'base64')),
};
const groups = [[{ kind: 'age' as const, recipient: 'a' }]];

/** Leaves that are as the type wants them, and such as plain JavaScript may pass. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('\ud800', 'a\udc00', ''),
);
const leaf = fc.oneof(
  fc.record({ kind: fc.constant('str'), text: anyText }),
  fc.record({
    kind: fc.constant('int'),
    value: fc.oneof(fc.bigInt(), fc.constantFrom(1.5, '5', 2n ** 63n, -(2n ** 63n))),
  }),
  fc.record({
    kind: fc.constant('float'),
    value: fc.oneof(fc.double(), fc.constantFrom('1', undefined, 5n)),
  }),
  fc.record({ kind: fc.constant('bool'), value: fc.constantFrom(true, false, 1, 'true') }),
  fc.record({ kind: fc.constant('time'), text: fc.constantFrom('2026-01-02T03:04:05Z', 'now', '2026-01-02', '', '2026-01-02T03:04:05+00:00') }), // prettier-ignore
  fc.constantFrom({ kind: 'null' }, { kind: 'other' }, {}, undefined, 5),
);
const documents = fc.array(fc.tuple(fc.string({ minLength: 1 }), leaf), { minLength: 1, maxLength: 4 }).map((entries) => [
  { kind: 'map', items: [...new Map(entries)].map(([key, value]) => ({ kind: 'item', key, value })) },
]); // prettier-ignore

/** Whether two values are the same after a round trip; an empty text has no other type. */
const same = (before: Value, after: Value | undefined): boolean =>
  before.kind === 'float'
    ? after?.kind === 'float' && (Object.is(before.value, after.value) || before.value === after.value)
    : before.kind === after?.kind && JSON.stringify(before, big) === JSON.stringify(after, big);
const big = (_: string, value: unknown) => (typeof value === 'bigint' ? value.toString() : value);

test('what encrypt accepts reads back equal, and it refuses with a SopsError', async () => {
  const counts = { read: 0, refused: 0 };
  const check = async (input: unknown) => {
    const plain = input as readonly Document[];
    let file;
    try {
      file = await encrypt(plain, { format: 'yaml', groups }, keyring);
    } catch (error) {
      expect(error).toBeInstanceOf(SopsError);
      counts.refused += 1;
      return;
    }
    const { documents: again } = await decrypt(parse(serialize(file), 'yaml'), keyring);
    const [before, after] = [plain[0]?.items ?? [], again[0]?.items ?? []];
    expect(after).toHaveLength(before.length);
    before.forEach((item, index) => {
      const other = after[index];
      const isSame = item.kind === 'item' && other?.kind === 'item' && item.key === other.key && same(item.value, other.value); // prettier-ignore
      if (!isSame) expect(other).toEqual(item);
    });
    counts.read += 1;
  };
  await fc.assert(fc.asyncProperty(documents, check), { numRuns: 500, seed: 20_261_128 });
  expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(50);
});

test.each(['a=b', 'a\nb', '#a'])('the key %j of a dotenv file is refused', async (key) => {
  const plain: readonly Document[] = [
    { kind: 'map', items: [{ kind: 'item', key, value: { kind: 'str', text: 'x' } }] },
  ];
  await expect(encrypt(plain, { format: 'dotenv', groups }, keyring)).rejects.toMatchObject({
    code: 'unserializable',
  });
});

test.each([undefined, 5, [undefined], [{ kind: 'map' }], [{ kind: 'list', elements: [] }]])(
  '%j are no documents',
  async (input) => {
    const plain = input as unknown as readonly Document[];
    await expect(encrypt(plain, { format: 'yaml', groups }, keyring)).rejects.toMatchObject({
      code: 'unserializable',
    });
  },
);
