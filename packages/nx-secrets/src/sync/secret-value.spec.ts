import type { Mapping, Value } from 'sops-codec';
import { secretValue } from './secret-value';

const map = (...items: [string, Value][]): Mapping => ({
  kind: 'map',
  items: items.map(([key, value]) => ({ kind: 'item', key, value })),
});
const str = (text: string): Value => ({ kind: 'str', text });
const text = (document: Mapping) => {
  const value = secretValue([document], 'yaml', 'dev.enc.yaml');
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
  expect(secretValue([map(['data', { kind: 'bytes', bytes }])], 'binary', 'x')).toEqual({
    kind: 'binary',
    bytes,
  });
});

test.each<[string, readonly Mapping[], string]>([
  ['several documents', [map(), map()], '2 YAML documents'],
  ['no document', [], '0 YAML documents'],
  ['infinity', [map(['db', map(['f', { kind: 'float', value: Infinity }])])], '"db.f" is infinite'],
  ['not a number', [map(['f', { kind: 'float', value: NaN }])], '"f" is infinite or not a number'],
  ['a key twice', [map(['a', map(['k', str('1')], ['k', str('2')])])], '"a.k" stands in the file twice'],
  ['bytes that are no text', [map(['k', { kind: 'bytes', bytes: Uint8Array.of(255) }])], '"k" is not UTF-8'],
])('refuses %s', (_, documents, what) => {
  expect(() => secretValue(documents, 'yaml', 'dev.enc.yaml')).toThrow(what);
});

test('refuses what is too large, and names the largest keys but no value', () => {
  const document = map(
    ['small', str('s')],
    ['cert', str('c'.repeat(40_000))],
    ['bundle', str('b'.repeat(30_000))],
  );
  const attempt = () => secretValue([document], 'yaml', 'dev.enc.yaml');
  expect(attempt).toThrow(/takes 65536/);
  expect(attempt).toThrow(/cert \(40002\), bundle \(30002\), small \(3\)/);
  expect(attempt).not.toThrow(/ccc|bbb/);
  expect(text(map(['k', str('v'.repeat(65_536 - 8))]))).toHaveLength(65_536);
});
