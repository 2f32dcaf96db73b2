import { inexactIn } from './exact-json';

test.each<[string, string]>([
  ['int64', '{"a": [9223372036854775807, -9223372036854775808, 9007199254740993]}'],
  ['other ways to write a number', '{"a": [1.0, 1.50, 1e3, 1E+3, 0.1e-7, 0.0, -0, 100000000000000000000]}'],
  ['text with digits, quotes and backslashes', '{"12345678901234567890.5": "\\"12345678901234567890\\\\"}'],
  ['a pair of surrogates', '{"a": "\\ud83d\\ude00"}'],
  ['blanks behind the end', '{"a": 1}\n\n'],
])('held as it is: %s', (_, text) => {
  expect(inexactIn(text)).toBeUndefined();
});

test.each<[string, string, string | undefined]>([
  ['an integer beyond int64', '{"a": 1,\n "b": 12345678901234567890}', 'line 2, column 7'],
  ['a fraction beyond a double', '{"a": 0.12345678901234567891}', 'line 1, column 7'],
  ['half of a surrogate pair', '{"a": "\\ud83d"}', 'line 1, column 7'],
  ['half of a surrogate pair in a name', '{"\\ude00": 1}', 'line 1, column 2'],
  ['a second object', '{"a": 1}\n{"b": 2}', undefined],
])('not held: %s', (_, text, at) => {
  const found = inexactIn(text);
  expect(found).toMatchObject({ what: expect.any(String) as string });
  expect(found?.at).toBe(at);
});
