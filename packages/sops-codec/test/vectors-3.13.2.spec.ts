import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createKeyring, decrypt, formatOf, parse, readPlain, serialize, writePlain } from '../src';

const folder = join(__dirname, 'vectors/sops-3.13.2');
const read = (name: string) => readFileSync(join(folder, name));
const identities =
  read('keys.txt')
    .toString()
    .match(/AGE-SECRET-KEY-\S+/g) ?? [];
const names = readdirSync(folder).filter((name) => /\.enc\.\w+$/.test(name));

test('there are all twelve', () => {
  expect(names).toHaveLength(12);
});

describe.each(names)('%s', (name) => {
  const format = formatOf(name);

  test('decrypts to the text that sops prints', async () => {
    const { documents, dataKey } = await decrypt(
      parse(read(name), format),
      createKeyring({ age: { identities } }),
    );
    expect(Buffer.from(dataKey).toString()).toBe('0123456789abcdef'.repeat(2));
    expect(Buffer.from(writePlain(documents, format)).toString('latin1')).toBe(
      read(`${name}.plain`).toString('latin1'),
    );
  });

  // Comments in lists are written as comments from the start.
  if (!name.startsWith('listcomment.')) {
    test('is written again byte for byte', () => {
      expect(Buffer.from(serialize(parse(read(name), format))).toString()).toBe(read(name).toString());
    });
  }

  test('its input says the same', () => {
    const input = name.replace('.enc', '');
    if (!readdirSync(folder).includes(input)) return;
    expect(readPlain(read(input), format)).toBeDefined();
  });
});
