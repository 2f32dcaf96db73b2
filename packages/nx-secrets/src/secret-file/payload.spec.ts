import type { Mapping, Value } from 'sops-codec';
import { secretValue } from './payload';

const map = (...items: [string, Value][]): Mapping => ({
  kind: 'map',
  items: items.map(([key, value]) => ({ kind: 'item', key, value })),
});
const str = (text: string): Value => ({ kind: 'str', text });
const text = (document: Mapping) => {
  const value = secretValue([document], 'yaml', 'json', 'dev.enc.yaml');
  return value.kind === 'string' ? value.text : undefined;
};

test('a JSON object in file order, exact', () => {
  const document = map(
    ['z', str('é "q" \u2028')],
    ['a', { kind: 'int', value: 9223372036854775807n }],
    ['f', { kind: 'float', value: 1.5 }],
    ['n', { kind: 'null' }],
    ['t', { kind: 'time', text: '2001-12-14T21:59:43.1-05:00' }],
    ['b', { kind: 'bool', value: true }],
    ['l', { kind: 'list', elements: [{ kind: 'comment', text: ' c', inline: false }, str('x'), map()] }],
    ['__proto__', map(['__proto__', str('own')])],
  );
  expect(text(document)).toBe(
    '{"z":"é \\"q\\" \u2028","a":9223372036854775807,"f":1.5,"n":null,"t":"2001-12-14T21:59:43.1-05:00","b":true,"l":["x",{}],"__proto__":{"__proto__":"own"}}',
  );
});

test('comments are dropped', () => {
  expect(text({ kind: 'map', items: [{ kind: 'comment', text: ' c', inline: false }] })).toBe('{}');
});

test('a binary file is its bytes', () => {
  const bytes = Uint8Array.of(0, 255, 254);
  expect(secretValue([map(['data', { kind: 'bytes', bytes }])], 'binary', 'json', 'x')).toEqual({
    kind: 'binary',
    bytes,
  });
});

test.each<[string, readonly Mapping[], string]>([
  ['several documents', [map(), map()], '2 YAML documents'],
  ['no document', [], '0 YAML documents'],
  ['infinity', [map(['db', map(['f', { kind: 'float', value: Infinity }])])], '"db.f" is infinite'],
  ['not a number', [map(['f', { kind: 'float', value: NaN }])], '"f" is infinite or not a number'],
  ['a key twice', [map(['a', map(['k', str('1')], ['k', str('2')])])], '"a.k" is defined twice'],
  ['bytes that are no text', [map(['k', { kind: 'bytes', bytes: Uint8Array.of(255) }])], '"k" is not UTF-8'],
])('refuses %s', (_, documents, what) => {
  expect(() => secretValue(documents, 'yaml', 'json', 'dev.enc.yaml')).toThrow(what);
});

test('refuses what is too large, and names the largest keys but no value', () => {
  const document = map(
    ['small', str('s')],
    ['cert', str('c'.repeat(40_000))],
    ['bundle', str('b'.repeat(30_000))],
  );
  const attempt = () => secretValue([document], 'yaml', 'json', 'dev.enc.yaml');
  expect(attempt).toThrow(/allows 65536/);
  expect(attempt).toThrow(/cert \(40007\), bundle \(30009\), small \(9\)/);
  expect(attempt).not.toThrow(/ccc|bbb/);
  expect(text(map(['k', str('v'.repeat(65_536 - 8))]))).toHaveLength(65_536);
  expect(() => text(map(['k', str('v'.repeat(65_537 - 8))]))).toThrow('has 65537 bytes');
});

describe('raw', () => {
  const raw = (documents: readonly Mapping[], format: 'yaml' | 'binary' = 'yaml') =>
    secretValue(documents, format, 'raw', 'dev.enc.yaml');

  test('is the decrypted text itself, several documents and comments included', () => {
    const documents = [
      map(['a', { kind: 'float', value: Infinity }]),
      { kind: 'map' as const, items: [{ kind: 'comment' as const, text: ' c', inline: false }] },
    ];
    expect(raw(documents)).toEqual({ kind: 'string', text: 'a: .inf\n---\n# c\n{}\n' });
  });

  test('makes text of a binary file that is text, and refuses another', () => {
    const binary = (bytes: Uint8Array) => raw([map(['data', { kind: 'bytes', bytes }])], 'binary');
    expect(binary(Buffer.from('\ufeff-----BEGIN\n'))).toEqual({ kind: 'string', text: '\ufeff-----BEGIN\n' });
    expect(() => binary(Uint8Array.of(255))).toThrow('not UTF-8');
  });

  test('too large names keys, never values', () => {
    const attempt = () => raw([map(['f', { kind: 'float', value: NaN }], ['cert', str('c'.repeat(70_000))])]);
    expect(attempt).toThrow(/cert \(70007\)/);
    expect(attempt).not.toThrow(/ccc/);
  });
});

test('refuses an empty value', () => {
  const empty = map(['data', { kind: 'bytes', bytes: new Uint8Array() }]);
  expect(() => secretValue([empty], 'binary', 'json', 'x')).toThrow('does not allow an empty value');
});
