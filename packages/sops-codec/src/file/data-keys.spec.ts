import type { Keyring } from '../recipients/keyring';
import type { Recipient } from '../recipients/recipient';
import { setValue } from '../model/path';
import type { Document } from '../model/tree';
import { decrypt, edit, encrypt, parse, readPlain, rotate, serialize } from '../index';

/** Keeps every key and share that it was given or gave away. */
function watching(): { keyring: Keyring; seen: Uint8Array[] } {
  const seen: Uint8Array[] = [];
  const keyring: Keyring = {
    wrap: (_, key) => {
      seen.push(key);
      return Promise.resolve(Buffer.from(key).toString('base64'));
    },
    unwrap: ({ enc }) => {
      const key = new Uint8Array(Buffer.from(enc, 'base64'));
      seen.push(key);
      return Promise.resolve(key);
    },
  };
  return { keyring, seen };
}

const isZero = (bytes: Uint8Array) => bytes.every((byte) => byte === 0);
const age = (recipient: string): Recipient => ({ kind: 'age', recipient });
const one = [[age('a')]];
const three = [[age('a')], [age('b')], [age('c')]];
const plain = readPlain('a: x\nb: y\n', 'yaml');
const change = (documents: readonly Document[]) => setValue(documents, ['a'], { kind: 'str', text: 'z' });

describe.each([
  ['one group', one],
  ['three groups', three],
])('data keys and shares are zeroed, with %s', (_, groups) => {
  const made = async () =>
    parse(serialize(await encrypt(plain, { format: 'yaml', groups }, watching().keyring)), 'yaml');

  test('when a file is encrypted', async () => {
    const { keyring, seen } = watching();
    await encrypt(plain, { format: 'yaml', groups }, keyring);
    expect(seen).toHaveLength(groups.length);
    expect(seen.every(isZero)).toBe(true);
  });

  test('when it is edited', async () => {
    const { keyring, seen } = watching();
    await edit(await made(), change, keyring);
    expect(seen).toHaveLength(groups.length);
    expect(seen.every(isZero)).toBe(true);
  });

  test('when an edit fails', async () => {
    const { keyring, seen } = watching();
    const failing = () => {
      throw new Error('no');
    };
    await expect(edit(await made(), failing, keyring)).rejects.toThrow('no');
    expect(seen.every(isZero)).toBe(true);
  });

  test('when it is decrypted, once the caller is done', async () => {
    const { keyring, seen } = watching();
    const opened = await decrypt(await made(), keyring);
    expect(isZero(opened.dataKey)).toBe(false);
    opened.dataKey.fill(0);
    expect(seen.every(isZero)).toBe(true);
  });

  test('when it does not open', async () => {
    const { keyring, seen } = watching();
    const file = await made();
    const moved = {
      ...file,
      documents: [{ ...file.documents[0]!, items: file.documents[0]!.items.slice(1) }],
    };
    await expect(decrypt(moved, keyring)).rejects.toMatchObject({ code: 'macMismatch' });
    expect(seen).toHaveLength(groups.length);
    expect(seen.every(isZero)).toBe(true);
  });

  test('when it is rotated', async () => {
    const { keyring, seen } = watching();
    const opened = await decrypt(await made(), keyring);
    await rotate(opened, keyring);
    opened.dataKey.fill(0);
    expect(seen).toHaveLength(2 * groups.length);
    expect(seen.every(isZero)).toBe(true);
  });
});
