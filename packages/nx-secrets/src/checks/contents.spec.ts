import { decrypt, edit, encrypt, readPlain, rotate, serialize, setValue, type Format } from 'sops-codec';
import { contentsOf, encryptedValues } from './contents';
import { openKeyring, somebody } from './open-keyring.test-kit';

const plain: Readonly<Record<Format, string>> = {
  yaml: 'A: one\nnested:\n  list: [x, x]\n  none: null\nempty: ""\n# a comment\nB_unencrypted: clear\n',
  json: '{"A": "one", "nested": {"n": 1}}',
  dotenv: 'A=one\n#comment\nB=two\n',
  ini: 'A = one\n[s]\nB = two\n',
  binary: 'one',
};

const seal = (format: Format) =>
  encrypt(readPlain(plain[format], format), { format, groups: [[somebody]] }, openKeyring);

test.each<[Format, readonly string[]]>([
  ['yaml', ['A', 'nested.list']],
  ['json', ['A', 'nested.n']],
  ['dotenv', ['A', 'B']],
  ['ini', ['A', 's.B']],
  ['binary', ['the content']],
])('the encrypted values of a %s file', async (format, names) => {
  const file = await seal(format);
  const values = encryptedValues(file);
  expect([...values.keys()]).toEqual(names);
  const fingerprints = [...values.values()].flat().map(({ fingerprint }) => fingerprint);
  const contents = contentsOf(serialize(file), format);
  expect(contents.fingerprints).toEqual(expect.arrayContaining(fingerprints));
  // One more: the MAC's.
  expect(contents.fingerprints).toHaveLength(fingerprints.length + 1);
  expect(contents.inFull()).toEqual({ keys: values, wrapped: [file.metadata.groups[0]?.[0]?.enc] });
});

test('a value keeps its fingerprint while it stays, under a new data key, too', async () => {
  const before = await seal('yaml');
  const opened = await decrypt(before, openKeyring);
  const rotated = await rotate(opened, openKeyring);
  expect(rotated.metadata.groups).not.toEqual(before.metadata.groups);
  expect(encryptedValues(rotated)).toEqual(encryptedValues(before));
  const changed = await edit(
    rotated,
    (documents) => setValue(documents, ['A'], { kind: 'str', text: 'two' }),
    openKeyring,
  );
  const [was, is] = [encryptedValues(before), encryptedValues(changed)];
  expect(is.get('nested.list')).toEqual(was.get('nested.list'));
  expect(is.get('A')?.[0]?.fingerprint).not.toBe(was.get('A')?.[0]?.fingerprint);
  expect(is.get('A')?.[0]?.shape).toBe(was.get('A')?.[0]?.shape);
});

test('what is not a secret file has no values', () => {
  expect(contentsOf(Buffer.from('A: one\n'), 'yaml')).toMatchObject({ fingerprints: [] });
  expect(contentsOf(Buffer.from('A: one\n'), 'yaml').inFull()).toBeUndefined();
});
