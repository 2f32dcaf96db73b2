import fc from 'fast-check';
import { secretValue } from '../../secret-file/payload';
import { contentOf } from './content';

const place = { source: 'the secret a', root: 'services/a', output: 'json', key: undefined } as const;

test('JSON objects are pushed as they were: to the byte where they are written as JSON.stringify does', () => {
  const key = fc
    .string({ unit: 'grapheme' })
    .filter((text) => text !== 'sops' && !/\p{Surrogate}/u.test(text));
  const leaf = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null));
  const tree = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('value')), tie('object')),
    object: fc.dictionary(key, tie('value')),
  }));
  fc.assert(
    fc.property(tree.object, (object) => {
      const text = JSON.stringify(object);
      const { documents } = contentOf({ kind: 'string', text }, place);
      expect(secretValue(documents, 'json', 'json', 'x')).toEqual({ kind: 'string', text });
    }),
  );
});

test('bytes, and texts of a service that pushes text, stay to the byte', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1 }),
      fc.string({ minLength: 1, unit: 'grapheme' }),
      (bytes, text) => {
        const binary = contentOf({ kind: 'binary', bytes }, place);
        expect(binary.extension).toBe('bin');
        const pushed = secretValue(binary.documents, 'binary', 'json', 'x');
        expect(pushed.kind === 'binary' && Buffer.from(pushed.bytes).equals(bytes)).toBe(true);
        const raw = contentOf({ kind: 'string', text }, { ...place, output: 'raw' });
        expect(secretValue(raw.documents, 'binary', 'raw', 'x')).toEqual({ kind: 'string', text });
      },
    ),
  );
});

test.each(['text', '"text"', '[1]', '12', 'null', '{"a":', '{"a":1} x'])(
  '%s is a text without keys; the message quotes nothing of it',
  (text) => {
    const run = () => contentOf({ kind: 'string', text: `${text}` }, place);
    expect(run).toThrow(/text and not a JSON object/);
    expect(contentOf({ kind: 'string', text }, { ...place, key: 'K' }).documents).toEqual([
      { kind: 'map', items: [{ kind: 'item', key: 'K', value: { kind: 'str', text } }] },
    ]);
  },
);

test('a key that is defined twice is refused', () => {
  expect(() => contentOf({ kind: 'string', text: '{"a":"canary","a":2}' }, place)).toThrow(
    /a is defined twice/,
  );
});
