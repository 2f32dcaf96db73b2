import { readPlain, writePlain } from 'sops-codec';
import { fitDocuments } from './fit-documents';
import { planImport } from './plan';

const yaml = (text: string) => readPlain(text, 'yaml');

test('comments and order of a file that is taken over whole', () => {
  const text = '# first\nb: 1 # inline\n\na:\n    # inner\n    c: x\n# last\n';
  const { documents } = planImport([{ kind: 'map', items: [] }], yaml(text), new Set(), 'yaml');
  expect(Buffer.from(writePlain(documents, 'yaml')).toString()).toBe(
    Buffer.from(writePlain(yaml(text), 'yaml')).toString(),
  );
});

test.each<[string, string, string, readonly string[], string, object]>([
  [
    'new keys come behind, with their comments',
    'a: 1\n',
    '# about b\nb: 2\n# about a\na: 1\n',
    [],
    'a: 1\n# about b\nb: 2\n',
    { added: ['b'], unchanged: ['a'] },
  ],
  ['another value stays', 'a: 1\n', 'a: 2\n', [], 'a: 1\n', { kept: ['a'] }],
  ['another type is another value', 'a: "1"\n', 'a: 1\n', [], 'a: "1"\n', { kept: ['a'] }],
  [
    '--overwrite names it',
    'a: 1\nb: 1\n',
    'a: 2\nb: 2\n',
    ['b'],
    'a: 1\nb: 2\n',
    { kept: ['a'], replaced: ['b'] },
  ],
  [
    '--overwrite names the mapping around it',
    'm: {a: 1, b: 1}\n',
    'm: {a: 2, b: 1}\n',
    ['m'],
    'm:\n    a: 2\n    b: 1\n',
    { replaced: ['m.a'], unchanged: ['m.b'] },
  ],
  ['a mapping does not replace a value', 'm: 1\n', 'm: {a: 2}\n', [], 'm: 1\n', { kept: ['m'] }],
  ['a value does not replace a mapping', 'm: {a: 2}\n', 'm: 1\n', [], 'm:\n    a: 2\n', { kept: ['m'] }],
  [
    'a list is one value',
    'l: [1, 2]\n',
    'l: [1, 2, 3]\n',
    ['l'],
    'l:\n    - 1\n    - 2\n    - 3\n',
    { replaced: ['l'] },
  ],
  [
    '__proto__ is a name like others',
    'a: 1\n',
    '__proto__: {x: 1}\nconstructor: 2\n',
    [],
    'a: 1\n__proto__:\n    x: 1\nconstructor: 2\n',
    { added: ['__proto__.x', 'constructor'] },
  ],
  ['an empty mapping is a value', 'm: {a: 2}\n', 'm: {}\n', [], 'm:\n    a: 2\n', { kept: ['m'] }],
])('%s', (_, before, imported, overwrite, after, expected) => {
  const { documents, changes } = planImport(yaml(before), yaml(imported), new Set(overwrite), 'yaml');
  expect(Buffer.from(writePlain(documents, 'yaml')).toString()).toBe(after);
  expect(changes).toEqual({ added: [], replaced: [], unchanged: [], kept: [], ...expected });
  const again = planImport(documents, documents, new Set(), 'yaml').changes;
  expect([again.added, again.replaced, again.kept]).toEqual([[], [], []]);
});

test('values as a format has them', () => {
  const fitted = (text: string, format: 'dotenv' | 'ini' | 'yaml') =>
    fitDocuments(yaml(text), format, 'dev.enc');
  const plain = (text: string, format: 'dotenv' | 'ini' | 'yaml') =>
    Buffer.from(writePlain(fitted(text, format).documents, format)).toString();
  expect(plain('a: 1\nb: x\nc: true\n', 'dotenv')).toBe('a=1\nb=x\nc=true\n');
  expect(fitted('a: 1\nb: x\n', 'dotenv').normalised).toEqual([{ key: 'a', what: 'int written as text' }]);
  expect(plain('a: 1\ns: {b: x}\n', 'ini')).toMatch(/^a = 1\n\n\[s\]\nb = x\n$/);
  expect(() => fitted('s: {b: x}\n', 'dotenv')).toThrow(/s holds keys or a list, which a dotenv file cannot/);
  expect(() => fitted('s: {b: {c: x}}\n', 'ini')).toThrow(/s\.b holds keys/);
  expect(plain('DEFAULT: {a: 1}\ns: {b: x}\n', 'yaml')).toBe('a: 1\ns:\n    b: x\n');
});
