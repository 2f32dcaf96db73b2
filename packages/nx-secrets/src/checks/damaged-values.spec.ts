import { createKeyring, encrypt, parse, serialize, type Format } from 'sops-codec';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { damagedValues } from './damaged-values';

/** A file with the keys A and B_unencrypted, as text. */
async function fileText(format: Format): Promise<string> {
  const recipient = await identityToRecipient(await generateX25519Identity());
  const items = [
    { kind: 'item', key: 'A', value: { kind: 'str', text: 'value' } },
    { kind: 'item', key: 'B_unencrypted', value: { kind: 'str', text: 'ENC[AES256_GCM,data:x' } },
  ] as const;
  const file = await encrypt(
    [{ kind: 'map', items }],
    { format, groups: [[{ kind: 'age', recipient }]] },
    createKeyring(),
  );
  return Buffer.from(serialize(file)).toString('utf8');
}

const checked = (text: string, format: Format) =>
  damagedValues(parse(text, format), 's/secrets/dev.enc.yaml');

describe.each<Format>(['yaml', 'json', 'dotenv'])('%s', (format) => {
  test('a whole file', async () => {
    expect(checked(await fileText(format), format)).toBeUndefined();
  });

  test.each([
    ['a character too many in the data', (text: string) => text.replace('data:', 'data:A')],
    ['in the IV', (text: string) => text.replace(',iv:', ',iv:A')],
    ['in the tag', (text: string) => text.replace(',tag:', ',tag:A')],
    ['no end', (text: string) => text.replace(/type:str\]/, 'type:str')],
  ])('%s', async (_, damage) => {
    expect(checked(damage(await fileText(format)), format)?.what).toBe(
      'the ciphertext of A is damaged and cannot be decrypted',
    );
  });

  test('a damaged MAC', async () => {
    const text = (await fileText(format)).replace(/(mac[": =]+ENC\[AES256_GCM,data:)/, '$1A');
    expect(checked(text, format)?.what).toBe('the MAC is damaged and cannot be decrypted');
  });
});
