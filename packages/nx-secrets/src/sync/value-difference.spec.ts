import { valueDifference } from './value-difference';

const text = (value: string) => ({ kind: 'string' as const, text: value });

test.each<[string, string, string]>([
  [
    'order and spaces',
    '{ "b": {"y": 2, "x": 1},\n "a": [{"d": 1, "c": 2}] }',
    '{"a":[{"c":2,"d":1}],"b":{"x":1,"y":2}}',
  ],
  ['ways to write a number', '{"a": 1.0, "b": 1e3}', '{"a":1,"b":1000}'],
  ['escapes', '{"\\u0061": "\\u00e9\\/"}', '{"a":"é/"}'],
])('the same: %s', (_, deployed, wanted) => {
  expect(valueDifference(text(deployed), text(wanted))).toBeUndefined();
});

test.each<[string, string, string, object]>([
  [
    'a list and an object with its places',
    '{"a": {"b": ["x"]}}',
    '{"a":{"b":{"0":"x"}}}',
    { changed: ['a'] },
  ],
  [
    'names that reports show alike',
    '{"a\\u0007": 1}',
    '{"a\\\\u{7}":1}',
    { changed: ['a\\u{7}', 'a\\u{7}'] },
  ],
  ['the order of a list', '{"a": [1, 2]}', '{"a":[2,1]}', { changed: ['a.0', 'a.1'] }],
  ['integers beyond a double', '{"a": 9007199254740993}', '{"a":9007199254740992}', { changed: ['a'] }],
  ['integers beyond int64', '{"a": 12345678901234567890}', '{"a":12345678901234567000}', { inexact: true }],
  ['fractions beyond a double', '{"a": 0.1000000000000000055}', '{"a":0.1}', { inexact: true }],
  ['half of a surrogate pair', '{"a": "\\ud800"}', '{"a":"\ufffd"}', { inexact: true }],
  ['something behind the object', '{"a": 1} {"b": 2}', '{"a":1}', { inexact: true }],
  ['a key twice', '{"a": 1, "a": 1}', '{"a":1}', { lost: undefined }],
  ['null and its name', '{"a": null}', '{"a":"null"}', { changed: ['a'] }],
])('different: %s', (_, deployed, wanted, difference) => {
  expect(valueDifference(text(deployed), text(wanted))).toMatchObject(difference);
});

test('bytes are never the same as a text', () => {
  const bytes = { kind: 'binary' as const, bytes: Buffer.from('{"a":1}') };
  expect(valueDifference(bytes, text('{"a":1}'))).toBeDefined();
  expect(valueDifference(bytes, bytes)).toBeUndefined();
});
