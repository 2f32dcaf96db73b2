import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { openAgeFile, sealAgeFile } from './age-file';
import { armor, withoutArmor } from './armor';
import { readHeader, writeHeader, writeMac } from './header';
import { readIdentity, type X25519Identity } from './x25519';

/** A test vector of the age format. Source: C2SP CCTV, `age/README.md` */
interface Vector {
  readonly name: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly identities: readonly string[];
  readonly file: Buffer;
}

function readVector(name: string, bytes: Uint8Array): Vector {
  const content = Buffer.from(bytes);
  const end = content.indexOf('\n\n');
  const lines = content
    .toString('latin1', 0, end)
    .split('\n')
    .map((line): [string, string] => {
      const cut = line.indexOf(': ');
      return [line.slice(0, cut), line.slice(cut + 2)];
    });
  const fields = new Map(lines);
  const body = content.subarray(end + 2);
  return {
    name,
    fields,
    identities: lines.filter(([key]) => key === 'identity').map(([, value]) => value),
    file: fields.get('compressed') === 'zlib' ? inflateSync(body) : body,
  };
}

const isX25519 = (identity: string) => identity.startsWith('AGE-SECRET-KEY-1');

async function keysOf(identities: readonly string[]): Promise<readonly X25519Identity[]> {
  const read = await Promise.all(identities.map((one) => readIdentity(one)));
  return read.filter((one) => one !== undefined);
}

let vectors: readonly Vector[];
beforeAll(async () => {
  const all = (await import('cctv-age')) as unknown as Readonly<Record<string, Uint8Array>>;
  vectors = Object.entries(all)
    .filter(([, bytes]) => bytes instanceof Uint8Array)
    .map(([name, bytes]) => readVector(name, bytes));
});

async function openVector({ fields, identities, file }: Vector): Promise<Buffer | undefined> {
  const binary = fields.get('armored') === 'yes' ? withoutArmor(file.toString('latin1')) : file;
  return binary && openAgeFile(binary, await keysOf(identities));
}

test('a vector is opened where an X25519 identity opens it, and nowhere else', async () => {
  expect(vectors.length).toBeGreaterThan(120);
  const found = await Promise.all(
    vectors.map(async (vector) => {
      const opened = await openVector(vector);
      return [vector.name, opened && createHash('sha256').update(opened).digest('hex')];
    }),
  );
  const wanted = vectors.map(({ name, fields, identities }) => {
    const opens = fields.get('expect') === 'success' && identities.some(isX25519);
    return [name, opens ? fields.get('payload') : undefined];
  });
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
  expect(wanted.filter(([, hash]) => hash !== undefined).length).toBeGreaterThan(15);
});

test('a header that is read is written again byte for byte', () => {
  const isReadable = ({ fields }: Vector) =>
    fields.get('armored') !== 'yes' && !/^(header|armor) failure$/.test(fields.get('expect') ?? '');
  const readable = vectors.filter(isReadable);
  expect(readable.length).toBeGreaterThan(40);
  for (const { name, file } of readable) {
    const header = readHeader(file);
    expect([name, header && writeMac(writeHeader(header.stanzas), header.mac)]).toEqual([
      name,
      file.subarray(0, header?.length),
    ]);
  }
});

const identity = 'AGE-SECRET-KEY-1XMWWC06LY3EE5RYTXM9MFLAZ2U56JJJ36S0MYPDRWSVLUL66MV4QX3S7F6';

test.each([0, 1, 32, 65_535, 65_536, 65_537, 200_000])(
  'what is sealed is opened by us and by the library: %d bytes',
  async (length) => {
    const { identityToRecipient, Decrypter } = await import('age-encryption');
    const plaintext = Buffer.alloc(length, 7);
    const sealed = await sealAgeFile(await identityToRecipient(identity), plaintext);
    if (sealed === undefined) throw new Error('not sealed');
    expect(openAgeFile(sealed, await keysOf([identity]))).toEqual(plaintext);
    expect(withoutArmor(armor(sealed))).toEqual(sealed);
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    expect(Buffer.from(await decrypter.decrypt(sealed)).equals(plaintext)).toBe(true);
  },
);

test.each(['', 'age1', 'age1pq1qqqq', `${'age1'.padEnd(61, 'q')}x`, identity, 'ssh-ed25519 AAAA'])(
  'not an X25519 recipient, which is left to the library: %s',
  async (recipient) => expect(await sealAgeFile(recipient, Buffer.alloc(32))).toBeUndefined(),
);
