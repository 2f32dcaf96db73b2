import fc from 'fast-check';
import { documentsOf } from '../model/documents.test-kit';
import { getValue, setValue } from '../model/path';
import type { Document, Format, Value } from '../model/tree';
import { sameDocuments } from '../model/same';
import { SopsError } from '../model/sops-error';
import { createKeyring, type Keyring } from '../recipients/keyring';
import { decrypt, edit, encrypt, parse, readPlain, reencrypt, serialize, writePlain } from '../index';

/** Wraps nothing: the properties are about files, not about keys. */
const plainKeyring: Keyring = {
  wrap: (_, key) => Promise.resolve(Buffer.from(key).toString('base64')),
  unwrap: ({ enc }) => Promise.resolve(Buffer.from(enc, 'base64')),
};
const groups = [[{ kind: 'age' as const, recipient: 'age1test' }]];
const formats = Object.keys(documentsOf) as (keyof typeof documentsOf)[];

const encrypted = async (document: Document, format: Format) => {
  const file = await encrypt([document], { format, groups }, plainKeyring);
  return parse(serialize(file), format);
};

describe.each(formats)('%s', (format) => {
  test('what is encrypted decrypts to the same documents', async () => {
    await fc.assert(
      fc.asyncProperty(documentsOf[format], async (document) => {
        const { documents } = await decrypt(await encrypted(document, format), plainKeyring);
        expect(documents).toEqual([document]);
      }),
      { numRuns: 300 },
    );
  });

  test('setting one value changes no other ciphertext', async () => {
    await fc.assert(
      fc.asyncProperty(documentsOf[format], async (document) => {
        const path = format === 'ini' ? ['section', 'key_of_ours'] : ['key_of_ours'];
        const before = await encrypted(document, format);
        const after = await edit(
          before,
          (plain) => setValue(plain, path, { kind: 'str', text: 'x' }),
          plainKeyring,
        );
        expect(ciphertexts(after.documents)).toEqual(expect.arrayContaining(ciphertexts(before.documents)));
      }),
      { numRuns: 100 },
    );
  });

  test('the file contains no value', async () => {
    const canary = 'canary-7f3a';
    const document = setValue([{ kind: 'map', items: [] }], format === 'ini' ? ['s', 'k'] : ['k'], {
      kind: 'str',
      text: canary,
    })[0]!;
    expect(Buffer.from(serialize(await encrypted(document, format))).toString()).not.toContain(canary);
  });
});

test('plain YAML and JSON are read back as they were written', () => {
  for (const format of ['yaml', 'json'] as const) {
    fc.assert(
      fc.property(documentsOf[format], (document) => {
        const again = readPlain(writePlain([document], format), format);
        expect(Buffer.from(writePlain(again, format)).toString()).toBe(
          Buffer.from(writePlain([withoutNegativeZero(document)], format)).toString(),
        );
      }),
      { numRuns: 300 },
    );
  }
});

/** The float -0 is printed as sops prints it, `-0`, which both programs read as the int 0. */
function withoutNegativeZero<T extends Value>(value: T): T;
function withoutNegativeZero(value: Value): Value {
  if (value.kind === 'float') return Object.is(value.value, -0) ? { kind: 'int', value: 0n } : value;
  if (value.kind === 'list')
    return {
      kind: 'list',
      elements: value.elements.map((one) => (one.kind === 'comment' ? one : withoutNegativeZero(one))),
    };
  if (value.kind !== 'map') return value;
  const items = value.items.map((item) =>
    item.kind === 'item' ? { ...item, value: withoutNegativeZero(item.value) } : item,
  );
  return { kind: 'map', items };
}

test.each([
  ['yaml', 'a: -0', { kind: 'int', value: 0n }, 'a: 0\n'],
  ['yaml', 'a: +0', { kind: 'int', value: 0n }, 'a: 0\n'],
  ['yaml', 'a: -0.0', { kind: 'float', value: -0 }, 'a: -0\n'],
  ['yaml', 'a: -0e0', { kind: 'float', value: -0 }, 'a: -0\n'],
  ['yaml', 'a: 0.0', { kind: 'float', value: 0 }, 'a: 0\n'],
  ['json', '{"a": -0}', { kind: 'int', value: 0n }, '{\n\t"a": 0\n}\n'],
  ['json', '{"a": -0.0}', { kind: 'float', value: -0 }, '{\n\t"a": -0\n}\n'],
  ['json', '{"a": -0e0}', { kind: 'float', value: -0 }, '{\n\t"a": -0\n}\n'],
  ['json', '{"a": 0.0}', { kind: 'float', value: 0 }, '{\n\t"a": 0\n}\n'],
] as const)('%s: the zero of %s', async (format, text, value, printed) => {
  const documents = readPlain(text, format);
  expect(getValue(documents, ['a'])).toEqual(value);
  expect(Buffer.from(writePlain(documents, format)).toString()).toBe(printed);
});

test.each(['yaml', 'json'] as const)('%s: an unencrypted -0 still matches the MAC', async (format) => {
  const document: Document = {
    kind: 'map',
    items: [{ kind: 'item', key: 'a_unencrypted', value: { kind: 'float', value: -0 } }],
  };
  const file = await encrypted(document, format);
  expect((await decrypt(file, plainKeyring)).documents).toEqual([document]);
});

test('where nothing changed, the file is the same', async () => {
  const file = await encrypted(
    { kind: 'map', items: [{ kind: 'item', key: 'a', value: { kind: 'str', text: 'v' } }] },
    'yaml',
  );
  const opened = await decrypt(file, plainKeyring);
  expect(reencrypt(opened, setValue(opened.documents, ['a'], { kind: 'str', text: 'v' }))).toBe(file);
});

test('any bytes are a binary file', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), async (bytes) => {
      const file = await encrypt(readPlain(bytes, 'binary'), { format: 'binary', groups }, plainKeyring);
      const opened = await decrypt(parse(serialize(file), 'binary'), plainKeyring);
      expect(Buffer.from(writePlain(opened.documents, 'binary'))).toEqual(Buffer.from(bytes));
    }),
  );
});

test('a file with a swapped, removed or added value is refused', async () => {
  const str = (text: string): Value => ({ kind: 'str', text });
  const plain = setValue(setValue([{ kind: 'map', items: [] }], ['a', 'k'], str('1')), ['b', 'k'], str('2'));
  const file = await encrypted(plain[0]!, 'yaml');
  const a = getValue(file.documents, ['a', 'k'])!;
  const b = getValue(file.documents, ['b', 'k'])!;
  const open = (documents: readonly Document[]) => decrypt({ ...file, documents }, plainKeyring);
  await expect(open(setValue(setValue(file.documents, ['a', 'k'], b), ['b', 'k'], a))).rejects.toMatchObject({
    code: 'treeDecryption',
  });
  await expect(open([{ kind: 'map', items: file.documents[0]!.items.slice(1) }])).rejects.toMatchObject({
    code: 'macMismatch',
  });
  await expect(open(setValue(file.documents, ['c'], str('')))).resolves.toBeDefined(); // empty texts are not bound, as in sops
  await expect(open(setValue(file.documents, ['c'], str('x')))).rejects.toMatchObject({
    code: 'treeDecryption',
  });
});

test('several groups split the key; too few shares do not open the file', async () => {
  const three = ['a', 'b', 'c'].map((recipient) => [{ kind: 'age' as const, recipient }]);
  const document: Document = {
    kind: 'map',
    items: [{ kind: 'item', key: 'k', value: { kind: 'str', text: 'v' } }],
  };
  const file = parse(
    serialize(await encrypt([document], { format: 'yaml', groups: three, shamirThreshold: 2 }, plainKeyring)),
    'yaml',
  );
  const having = (names: string[]): Keyring => ({
    ...plainKeyring,
    unwrap: (key) =>
      key.kind === 'age' && names.includes(key.recipient)
        ? plainKeyring.unwrap(key)
        : Promise.reject(new Error('no')),
  });
  expect((await decrypt(file, having(['a', 'c']))).documents).toEqual([document]);
  await expect(decrypt(file, having(['b']))).rejects.toMatchObject({
    code: 'recipientFailed',
    what: expect.stringContaining('(1 of 2 shares)'),
  });
});

test.each([
  ['yaml', 'sops: x'],
  ['json', '{"sops": {}}'],
  ['ini', '[sops]\na = b'],
  ['dotenv', 'sops_version=1'],
] as const)('%s that is encrypted already is not encrypted again', async (format, text) => {
  await expect(encrypt(readPlain(text, format), { format, groups }, plainKeyring)).rejects.toMatchObject({
    code: 'alreadyEncrypted',
  });
});

test('other keys of dotenv may be called so', async () => {
  await expect(
    encrypt(readPlain('sops=x\nSOPS_X=y', 'dotenv'), { format: 'dotenv', groups }, plainKeyring),
  ).resolves.toBeDefined();
});

test('without recipients nothing is encrypted', async () => {
  await expect(encrypt([], { format: 'yaml', groups: [] }, createKeyring())).rejects.toThrow('no recipients');
});

/** All encrypted texts of documents. */
function ciphertexts(value: Value | readonly Document[]): readonly string[] {
  if ('length' in value) return value.flatMap(ciphertexts);
  if (value.kind === 'map')
    return value.items.flatMap((item) => (item.kind === 'item' ? ciphertexts(item.value) : []));
  if (value.kind === 'list')
    return value.elements.flatMap((element) => (element.kind === 'comment' ? [] : ciphertexts(element)));
  return value.kind === 'str' && value.text.startsWith('ENC[') ? [value.text] : [];
}

test('a value of many megabytes comes back', async () => {
  const document: Document = {
    kind: 'map',
    items: [{ kind: 'item', key: 'data', value: { kind: 'str', text: 'x'.repeat(20_000_000) } }],
  };
  const { documents } = await decrypt(await encrypted(document, 'binary'), plainKeyring);
  expect(sameDocuments([document], documents)).toBe(true);
});

test.each([
  ['json', (depth: number) => `{"a":${'{"a":'.repeat(depth)}1${'}'.repeat(depth + 1)}`],
  ['json', (depth: number) => `{"a":${'['.repeat(depth)}1${']'.repeat(depth)}}`],
  ['yaml', (depth: number) => `a: ${'{a: '.repeat(depth)}1${'}'.repeat(depth)}`],
] as const)(
  '%s: what is nested as deep as it may be is encrypted and decrypted; deeper is refused',
  async (format, nested) => {
    const [document] = readPlain(nested(950), format);
    const { documents } = await decrypt(await encrypted(document!, format), plainKeyring);
    expect(documents).toEqual([document]);
    expect(() => readPlain(nested(3_000), format)).toThrow(SopsError);
  },
);

test('comments by the hundred thousand are read', () => {
  const [document] = readPlain(`a: 1\n${'# c\n'.repeat(200_000)}`, 'yaml');
  expect(document?.items).toHaveLength(200_001);
});

test.each(['a__map_', 'a__list_0'])('metadata nested endlessly in names is an error: %s', (step) => {
  expect(() => parse(`sops_${step.repeat(100_000)}=1\nA=b\n`, 'dotenv')).toThrow(SopsError);
});
