import { parse } from 'jsonc-parser';
import { editJson } from './edit-json';

const rows: readonly [string, string, Record<string, unknown>, string][] = [
  ['nothing differs', '{ "a" : [1,2] } // x\n', { a: [1, 2] }, '{ "a" : [1,2] } // x\n'],
  ['an empty file', '', { a: 1 }, '{\n  "a": 1\n}\n'],
  [
    'a name more in a list on one line',
    '{\n  "a": ["x", "y"], // two\n  "b": 1\n}\n',
    { a: ['x', 'y', 'z'], b: 1 },
    '{\n  "a": ["x", "y", "z"], // two\n  "b": 1\n}\n',
  ],
  [
    'a name less in a list with comments',
    '{\n  "a": [\n    "x", // first\n    "y",\n    "z" // last\n  ]\n}\n',
    { a: ['x', 'z'] },
    '{\n  "a": [\n    "x", // first\n    "z" // last\n  ]\n}\n',
  ],
  [
    'a field in an object of a list',
    '{\n\t"p": [\n\t\t"q",\n\t\t{\n\t\t\t"n": 1 // one\n\t\t}\n\t]\n}\n',
    { p: ['q', { n: 1, m: [2] }] },
    '{\n\t"p": [\n\t\t"q",\n\t\t{\n\t\t\t"n": 1, // one\n\t\t\t"m": [\n\t\t\t\t2\n\t\t\t]\n\t\t}\n\t]\n}\n',
  ],
  ['another order', '{ "a": [1, 2] }', { a: [2, 1] }, '{ "a": [\n    2,\n    1\n  ] }'],
  ['line ends stay', '{\r\n  "a": 1\r\n}\r\n', { a: 1, b: 2 }, '{\r\n  "a": 1,\r\n  "b": 2\r\n}\r\n'],
];

test.each(rows)('%s', (_, text, after, expected) => {
  const edited = editJson(text, after);
  expect(parse(edited)).toEqual(after);
  expect(edited).toBe(expected);
});
