import type { Keyring } from '../recipients/keyring';
import { getValue, setValue } from '../model/path';
import type { Value } from '../model/tree';
import { decrypt, edit, encrypt, parse, readPlain, reencrypt, serialize } from '../index';

const keyring: Keyring = {
  wrap: (_, key) => Promise.resolve(Buffer.from(key).toString('base64')),
  unwrap: ({ enc }) => Promise.resolve(Buffer.from(enc, 'base64')),
};
const groups = [[{ kind: 'age' as const, recipient: 'age1test' }]];
const rule = { kind: 'encrypted_comment_regex', pattern: 'secret' } as const;
const sealed = async (text: string, options = {}) =>
  parse(
    serialize(await encrypt(readPlain(text, 'yaml'), { format: 'yaml', groups, ...options }, keyring)),
    'yaml',
  );

describe('comments that decide what is encrypted', () => {
  test('are kept where both programs find them', async () => {
    const file = await sealed('# secret\na: hidden\nb: shown\n', { rule });
    expect(getValue(file.documents, ['b'])).toEqual({ kind: 'str', text: 'shown' });
    expect(getValue(file.documents, ['a'])).toMatchObject({ text: expect.stringContaining('ENC[') });
    expect((await decrypt(file, keyring)).documents).toEqual(
      readPlain('# secret\na: hidden\nb: shown\n', 'yaml'),
    );
  });

  test('are refused where the file would not open again', async () => {
    // JSON has no comments: a reader would take what they selected for plaintext.
    const documents = readPlain('# secret\na: hidden\n', 'yaml');
    await expect(encrypt(documents, { format: 'json', groups, rule }, keyring)).rejects.toMatchObject({
      code: 'treeEncryption',
    });
  });
});

describe('equal values of one list', () => {
  const textsOf = (list: Value | undefined) =>
    list?.kind === 'list' ? list.elements.map((one) => (one.kind === 'str' ? one.text : '')) : [];
  const changed = { kind: 'str', text: 'changed' } as const;

  test.each([0, 1, 2])('changing number %d leaves the ciphertext of the others', async (index) => {
    const file = await sealed('a: [x, x, x]\n');
    const after = await edit(file, (plain) => setValue(plain, ['a', index], changed), keyring);
    const [before, now] = [file, after].map(({ documents }) => textsOf(getValue(documents, ['a'])));
    expect(new Set(before).size).toBe(3);
    expect(now?.toSpliced(index, 1)).toEqual(before?.toSpliced(index, 1));
  });

  test('a value that was read again, as an editor leaves it, keeps its ciphertext', async () => {
    const opened = await decrypt(await sealed('a: [x, x]\n'), keyring);
    const after = reencrypt(opened, readPlain('a: [x, x, x]\n', 'yaml'));
    const [before, now] = [opened.encrypted, after].map(({ documents }) =>
      textsOf(getValue(documents, ['a'])),
    );
    expect(now?.slice(0, 2)).toEqual(before);
    expect(new Set(now).size).toBe(3);
  });
});
