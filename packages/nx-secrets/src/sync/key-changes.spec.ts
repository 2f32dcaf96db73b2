import fc from 'fast-check';
import {
  edit,
  encrypt,
  parse,
  readPlain,
  serialize,
  setValue,
  type Document,
  type EncryptedFile,
  type Format,
  type Keyring,
  type SelectionRule,
} from 'sops-codec';
import { keyText } from '../secret-file/key-path';
import { keyChanges } from './key-changes';

let wraps = 0;
/** Wraps the data key as no other time, as KMS does. */
const keyring: Keyring = {
  wrap: (_, key) => Promise.resolve(`${(wraps += 1)} ${Buffer.from(key).toString('base64')}`),
  unwrap: ({ enc }) => Promise.resolve(Buffer.from(enc.split(' ')[1]!, 'base64')),
};
const groups = [[{ kind: 'age' as const, recipient: 'age1test' }]];

/** A file as it is read back. */
const stored = (file: EncryptedFile) => parse(serialize(file), file.format);
const encrypted = async (documents: readonly Document[], format: Format = 'yaml', rule?: SelectionRule) =>
  stored(await encrypt(documents, { format, groups, rule }, keyring));
const read = (text: string, format: Format = 'yaml') => readPlain(text, format);

/** `before` encrypted, then changed to `after` under the same data key. */
async function revisions(before: string, after: string, format: Format = 'yaml', rule?: SelectionRule) {
  const old = await encrypted(read(before, format), format, rule);
  const now = await edit(old, () => read(after, format), keyring);
  return [old, stored(now)] as const;
}

const none = { added: [], removed: [], changed: [], reencrypted: false };

test.each<[string, Format, string, string, object]>([
  ['nothing', 'yaml', 'a: 1\n', 'a: 1\n', {}],
  ['a new key', 'yaml', 'a: 1\n', 'a: 1\nb: 2\n', { added: ['b'] }],
  ['a key that is gone', 'yaml', 'a: 1\nb: 2\n', 'b: 2\n', { removed: ['a'] }],
  ['a value', 'yaml', 'a: 1\nb: 2\n', 'a: 3\nb: 2\n', { changed: ['a'] }],
  ['the type of a value', 'yaml', 'a: 1\n', 'a: "1"\n', { changed: ['a'] }],
  ['a value that becomes empty', 'yaml', 'a: x\n', 'a: ""\n', { changed: ['a'] }],
  ['the order', 'yaml', 'a: 1\nb: 2\n', 'b: 2\na: 1\n', {}],
  ['a comment', 'yaml', '# old\na: 1\n', '# new\na: 1\n', {}],
  ['a nested value', 'yaml', 'db:\n  password: 1\n', 'db:\n  password: 2\n', { changed: ['db.password'] }],
  ['a value that becomes a mapping', 'yaml', 'a: 1\n', 'a:\n  b: 1\n', { added: ['a.b'], removed: ['a'] }],
  ['an empty mapping', 'yaml', 'a: 1\n', 'a: 1\nb: {}\nc: []\n', { added: ['b', 'c'] }],
  ['a list', 'yaml', 'a: [x, y]\n', 'a: [x, z, u]\n', { added: ['a.2'], changed: ['a.1'] }],
  ['a dot in a name', 'json', '{"a.b": 1}', '{"a.b": 2}', { changed: ['a\\.b'] }],
  [
    'a name of every object',
    'json',
    '{"x": 1}',
    '{"x": 1, "__proto__": {"y": 2}}',
    { added: ['__proto__.y'] },
  ],
  ['dotenv', 'dotenv', 'A.B=1\nC=2\n', 'A.B=2\nD=2\n', { added: ['D'], removed: ['C'], changed: ['A.B'] }],
  ['INI', 'ini', 'top = 1\n[db]\nkey = 1\n', 'top = 2\n[db]\nkey = 2\n', { changed: ['top', 'db.key'] }],
  ['a binary file', 'binary', 'one', 'two', { changed: ['the content'] }],
  ['a second document', 'yaml', 'a: 1\n---\na: 2\n', 'a: 1\n---\na: 3\n', { changed: ['document 2.a'] }],
])('%s: %s', async (_, format, before, after, expected) => {
  expect(keyChanges(...(await revisions(before, after, format)))).toEqual({ ...none, ...expected });
});

test('where nothing is deployed, every key is new', async () => {
  const file = await encrypted(read('a: 1\nb:\n  c: 2\n'));
  expect(keyChanges(undefined, file)).toEqual({ ...none, added: ['a', 'b.c'] });
});

test('clear values are compared as they are', async () => {
  const rule: SelectionRule = { kind: 'unencrypted_suffix', suffix: '_clear' };
  const [old, now] = await revisions('url_clear: x\na: 1\n', 'url_clear: y\na: 1\n', 'yaml', rule);
  expect(keyChanges(old, now)).toEqual({ ...none, changed: ['url_clear'] });
});

describe('another wrapping of the data key', () => {
  test('for the same data key tells nothing about the values', async () => {
    const [old, now] = await revisions('a: 1\nb: 2\n', 'a: 1\nb: 3\n');
    const rewrapped = await Promise.all(
      now.metadata.groups[0]!.map(async (key) => ({ ...key, enc: `0 ${key.enc.split(' ')[1]!}` })),
    );
    const updated = { ...now, metadata: { ...now.metadata, groups: [rewrapped] } };
    expect(keyChanges(old, updated)).toEqual({ ...none, changed: ['b'] });
  });

  test('for another data key: names are compared, values cannot be', async () => {
    const old = await encrypted(read('a: 1\nb: 2\nc: 3\n'));
    const now = await encrypted(read('a: 1\nb: 9\nd: 4\n'));
    expect(keyChanges(old, now)).toEqual({ added: ['d'], removed: ['c'], changed: [], reencrypted: true });
  });

  test('for another data key without a value in common is no matter', async () => {
    const old = await encrypted(read('a: 1\n'));
    const now = await encrypted(read('b: 1\n'));
    expect(keyChanges(old, now)).toEqual({ ...none, added: ['b'], removed: ['a'] });
  });
});

const beginsWith = (path: readonly string[], start: readonly string[]) =>
  start.every((name, index) => name === path[index]);

interface Fated {
  readonly path: readonly string[];
  readonly value: number;
  /** What the edit does with it; one that is added is not there before. */
  readonly fate: 'kept' | 'changed' | 'removed' | 'added';
}

/** A tree by its leaves, each with its fate; no path leads through another's leaf. */
const edits: fc.Arbitrary<readonly Fated[]> = fc
  .uniqueArray(
    fc.record<Fated>({
      path: fc.array(fc.constantFrom('a', 'b', 'c', 'x.y', '__proto__', 'ü\u001b'), {
        minLength: 1,
        maxLength: 3,
      }),
      value: fc.integer({ min: 10_000_000, max: 99_999_999 }),
      fate: fc.constantFrom('kept', 'changed', 'removed', 'added'),
    }),
    { minLength: 1, maxLength: 12, selector: ({ path }) => JSON.stringify(path) },
  )
  .map((leaves) =>
    leaves.filter((one) => !leaves.some((other) => other !== one && beginsWith(other.path, one.path))),
  );

const documentOf = (leaves: readonly Fated[], turn: 'before' | 'after'): readonly Document[] =>
  leaves
    .filter(({ fate }) => fate !== (turn === 'before' ? 'added' : 'removed'))
    .reduce<readonly Document[]>(
      (documents, { path, value, fate }) =>
        setValue(documents, path, {
          kind: 'str',
          text: `canary-${turn === 'after' && fate === 'changed' ? -value : value}`,
        }),
      [{ kind: 'map', items: [] }],
    );

test('random edits of random trees: exactly those, by name, and no value in any part', async () => {
  await fc.assert(
    fc.asyncProperty(edits, async (leaves) => {
      const old = await encrypted(documentOf(leaves, 'before'), 'json');
      const changes = keyChanges(old, stored(await edit(old, () => documentOf(leaves, 'after'), keyring)));
      for (const fate of ['added', 'removed', 'changed'] as const) {
        const names = leaves.filter((one) => one.fate === fate).map(({ path }) => keyText(path, 'json'));
        expect([...changes[fate]].sort()).toEqual(names.sort());
      }
      // Digits are in values only, and in the escape of the key's control character.
      expect(JSON.stringify(changes).replaceAll('u{1b}', '')).not.toMatch(/\d|canary|ENC/);
    }),
    { numRuns: 150 },
  );
});
