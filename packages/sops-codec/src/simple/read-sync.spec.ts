import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encrypt, readPlain, readSecrets, readSecretsSync, serialize, type Keyring } from '../index';

const vectors = join(__dirname, '../../test/vectors/sops-3.13.3');
interface Vector {
  readonly name: string;
  readonly format: 'yaml';
  readonly encrypted: string;
  readonly recipients: readonly { readonly type: string }[];
  readonly decryptableWith: readonly (readonly { readonly type: string }[])[];
}
const all = JSON.parse(readFileSync(join(vectors, 'index.json'), 'utf8')) as readonly Vector[];
const withAge = all.filter(({ decryptableWith }) =>
  decryptableWith.some((ways) => ways.every(({ type }) => type === 'age')),
);
const identity = (name: string) =>
  /AGE-SECRET-KEY-\S+/.exec(readFileSync(join(vectors, `keys/${name}.txt`), 'utf8'))?.[0] ?? '';
const identities = ['age-a', 'age-b', 'age-c'].map(identity);

const before = { ...process.env };
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sops-codec-sync-'));
  process.env = { ...before, XDG_CONFIG_HOME: directory };
  for (const name of ['SOPS_AGE_KEY', 'SOPS_AGE_KEY_FILE', 'SOPS_AGE_KEY_CMD']) delete process.env[name];
});
afterEach(() => {
  process.env = before;
  rmSync(directory, { recursive: true });
});

test('what readSecrets reads, readSecretsSync reads: every vector with X25519 recipients', async () => {
  expect(withAge.length).toBeGreaterThan(150);
  process.env['SOPS_AGE_KEY'] = identities.join('\n');
  for (const { name, format, encrypted } of withAge) {
    const path = join(vectors, encrypted);
    const both = await Promise.all([
      readSecrets(path, { format }).catch((error: unknown) => error),
      Promise.resolve()
        .then(() => readSecretsSync(path, { format, identities }))
        .catch((error: unknown) => error),
    ]);
    expect([name, both[1]]).toEqual([name, both[0]]);
  }
}, 60_000);

const vector = join(vectors, 'enc/json-basic.json');

test.each<[string, () => void]>([
  ['SOPS_AGE_KEY', () => void (process.env['SOPS_AGE_KEY'] = identities[0])],
  ['SOPS_AGE_KEY_FILE', () => void (process.env['SOPS_AGE_KEY_FILE'] = join(vectors, 'keys/age-a.txt'))],
])('the identity of %s', (_, set) => {
  expect(() => readSecretsSync(vector)).toThrow('no X25519 identity of age found');
  set();
  expect(readSecretsSync(vector)).toMatchObject({ database: { port: 5432 } });
  expect(readSecretsSync(readFileSync(vector), { format: 'json' })).toMatchObject({
    database: { port: 5432 },
  });
});

const keyring: Keyring = {
  wrap: () => Promise.resolve('AAAA'),
  unwrap: () => Promise.reject(new Error()),
};
const write = async (kind: 'kms' | 'age') => {
  const recipient = {
    kms: { kind: 'kms', arn: 'arn:aws:kms:eu-west-1:1:key/a' },
    age: { kind: 'age', recipient: 'age1' },
  } as const;
  const options = { format: 'yaml', groups: [[recipient[kind]]] } as const;
  const path = join(directory, `${kind}.yaml`);
  writeFileSync(path, serialize(await encrypt(readPlain('a: 1', 'yaml'), options, keyring)));
  return path;
};

test.each<[string, () => Promise<string> | string, string]>([
  ['a recipient that needs the network', () => write('kms'), 'unsupportedRecipient'],
  ['a damaged wrapped key', () => write('age'), 'noIdentity'],
  ['an identity of another recipient', () => vector, 'noIdentity'],
  ['a file that does not exist', () => join(directory, 'nope.yaml'), 'noFile'],
  ['a folder', () => directory, 'unreadableInput'],
])('%s has its code', async (_, make, code) => {
  const path = await make();
  expect(() => readSecretsSync(path, { identities: [identities[1] ?? ''] })).toThrow(
    expect.objectContaining({ name: 'SopsError', code }) as Error,
  );
});

test('a wrong MAC is refused', () => {
  const text = readFileSync(vector, 'utf8').replace(/\n\s*"port": .*/, '');
  const read = () => readSecretsSync(Buffer.from(text), { format: 'json', identities });
  expect(text).not.toBe(readFileSync(vector, 'utf8'));
  expect(read).toThrow(expect.objectContaining({ code: 'macMismatch' }) as Error);
});
