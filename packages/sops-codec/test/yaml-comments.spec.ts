import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decrypt, encrypt, parse, readPlain, serialize, writePlain, type Keyring } from '../src';

interface Placement {
  readonly name: string;
  readonly input: string;
  /** What sops 3.13.3 prints when it has encrypted the input and decrypts it again. */
  readonly printed: string;
  /** What we print, where that differs on purpose: docs/compatibility.md. */
  readonly ours?: string;
}

const placements = JSON.parse(
  readFileSync(join(__dirname, 'yaml-comments.json'), 'utf8'),
) as readonly Placement[];

const keyring: Keyring = {
  wrap: (_, key) => Promise.resolve(Buffer.from(key).toString('base64')),
  unwrap: ({ enc }) => Promise.resolve(Buffer.from(enc, 'base64')),
};
const groups = [[{ kind: 'age' as const, recipient: 'age1test' }]];

test.each(placements.map((one) => [one.name, one] as const))(
  'a comment %s is where sops puts it',
  async (_, { input, printed, ours }) => {
    const file = await encrypt(readPlain(input, 'yaml'), { format: 'yaml', groups }, keyring);
    const { documents } = await decrypt(parse(serialize(file), 'yaml'), keyring);
    expect(Buffer.from(writePlain(documents, 'yaml')).toString()).toBe(ours ?? printed);
  },
);
