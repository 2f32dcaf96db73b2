import { readPlain, writePlain } from '../../index';

/** What sops 3.13.3 prints of a text. */
test.each([
  ['a comment behind a block', 'a: "x\\ny" #c\n', 'a: |- #c\n    x\n    y\n'],
  ['a line break alone', 'a: "\\n"\n', 'a: |4+\n\n'],
  ['a line break alone, in a list', 'a:\n  - b: "\\n"\n', 'a:\n    - b: |4+\n\n'],
  ['comments above and behind', '# a\na: 1 # b\n', '# a\na: 1 # b\n'],
  ['an empty document', '---\n', '{}\n'],
  ['aliases', 'a: &x {b: 1}\nc: *x\n', 'a:\n    b: 1\nc:\n    b: 1\n'],
  ['a merge key', 'a: &x {b: 1}\nc:\n  <<: *x\n', 'a:\n    b: 1\nc:\n    !!merge <<:\n        b: 1\n'],
])('%s', (_, text, printed) => {
  expect(Buffer.from(writePlain(readPlain(text, 'yaml'), 'yaml')).toString()).toBe(printed);
});

test('an empty line ends the comments of the document: those after it belong to the key', () => {
  const [first] = readPlain('# of the document\n\n# of the key\na: 1\n', 'yaml');
  expect(first?.items.map((item) => (item.kind === 'comment' ? item.text : item.key))).toEqual([
    ' of the document',
    ' of the key',
    'a',
  ]);
});

/** What sops prints so that it reads something else, or nothing, and the codec otherwise. */
test.each([
  ['a text that begins with a tab', 'a: "\\tx\\ny"\n', 'a: "\\tx\\ny"\n'],
  ['a blank first, below a list', 'a:\n  - b: " x\\ny"\n', 'a:\n    - b: " x\\ny"\n'],
  ['a merge key that merges nothing', 'a: {"<<": x}\n', 'a:\n    "<<": x\n'],
])('%s', (_, text, printed) => {
  const documents = readPlain(text, 'yaml');
  expect(Buffer.from(writePlain(documents, 'yaml')).toString()).toBe(printed);
  expect(readPlain(printed, 'yaml')).toEqual(documents);
});

test.each([
  ['a value that is not what its tag says, in any document', 'a: 1\n---\nb: !!int x\n'],
  ['an anchor that contains itself, in any document', 'a: 1\n---\nb: &x {c: *x}\n'],
  ['an alias of no anchor', 'a: *x\n'],
  ['a key twice', 'a: 1\na: 2\n'],
  ['%YAML 1.2', '%YAML 1.2\n---\na: 1\n'],
  ['a surrogate as an escape', 'a: "\\ud83d"\n'],
  ['an escape beyond Unicode', 'a: "\\U00110000"\n'],
  ['a list at the top', '- a\n'],
  ['a key that is a number', '1: a\n'],
])('%s is refused, with the place', (_, text) => {
  const refused = Promise.resolve().then(() => readPlain(text, 'yaml'));
  return expect(refused).rejects.toMatchObject({
    name: 'SopsError',
    where: expect.stringMatching(/^line \d+, column \d+$/),
  });
});
