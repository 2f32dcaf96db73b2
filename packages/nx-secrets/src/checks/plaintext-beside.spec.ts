import { isNeighbour, plaintextBeside } from './plaintext-beside';

const keys = new Set(['DATABASE_URL', 'smtp.password', '__proto__']);
const found = (path: string, text: string | undefined = 'x') =>
  plaintextBeside([{ path, text }], keys, 'services/a');

test.each([
  'secrets/dev.yaml',
  'secrets/prod.json',
  'secrets/.env',
  'secrets/old/dev.enc.yaml',
  'secrets/dev.enc.yml',
  'secrets/dev.enc.yaml.bak',
  'secrets/dev.enc.yaml~',
  'secrets/.dev.enc.yaml.swp',
  'secrets/.#dev.enc.yaml',
  'secrets/.decrypted~dev.enc.yaml',
  'secrets/dev.enc.yaml.decrypted~',
  'secrets/notes.txt',
])('%s is no secret file', (path) => {
  expect(found(path)).toMatchObject([{ where: `services/a/${path}` }]);
});

test.each([
  'secrets/dev.enc.yaml',
  'secrets/prod.enc.bin',
  'secrets/README.md',
  'secrets/.gitignore',
  'secrets/.gitkeep',
  'secrets/dev.example.yaml',
])('%s may be there', (path) => expect(found(path)).toEqual([]));

test('an encrypted file with another name is not said to lie in clear', () => {
  const text = 'A: ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]\nsops:\n    mac: x\n';
  expect(found('secrets/dev.yaml', text)[0]?.what).toContain('no secret file by its name');
});

test.each<[string, string, string]>([
  ['a key of the secret files', 'DATABASE_URL=postgres://u:p@h/d', 'DATABASE_URL'],
  ['quoted', 'DATABASE_URL = "postgres://u:p@h/d" # comment', 'DATABASE_URL'],
  ['exported', 'export DATABASE_URL=x1', 'DATABASE_URL'],
  ['a nested key, as the environment calls it', 'SMTP_PASSWORD=x1', 'SMTP_PASSWORD'],
  ['a name that says so', 'STRIPE_API_KEY=sk_live_1\nPORT=3000', 'STRIPE_API_KEY'],
  ['a private key of dotenvx', 'DOTENV_PRIVATE_KEY_PRODUCTION=abc', 'DOTENV_PRIVATE_KEY_PRODUCTION'],
  ['several', 'A_TOKEN=t1\r\nB_SECRET=s1\r\nA_TOKEN=t2\r\n', 'A_TOKEN, B_SECRET'],
])('.env with %s', (_, text, names) => {
  const [problem] = found('.env', text);
  expect(problem?.what.startsWith(`${names} ha`)).toBe(true);
  expect(JSON.stringify(problem)).not.toMatch(/postgres|sk_live|x1|t1|s1/);
});

test.each<[string, string]>([
  ['nothing', ''],
  ['no assignment', '# DATABASE_URL=x\nhello'],
  ['an empty value', 'DATABASE_URL=\nA_TOKEN=""\nB_TOKEN= # set me'],
  ['a reference', 'DATABASE_URL=${OTHER}\nA_TOKEN=$B'],
  [
    'a word that stands for a value',
    'DATABASE_URL=<url>\nA_TOKEN=changeme\nB_TOKEN=xxxx\nC_TOKEN=your-token',
  ],
  [
    'what is no secret',
    'PORT=3000\nLOG_LEVEL=debug\nTOKEN_EXPIRY=3600\nUSE_TOKEN=true\nPASSWORD_MIN_LENGTH=8',
  ],
  ['what browsers get', 'NEXT_PUBLIC_API_KEY=pk_1\nVITE_MAP_TOKEN=pk.2'],
  ['values that dotenvx encrypted', 'A_TOKEN="encrypted:BDFz"'],
  ['SOPS itself', 'A=ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]\nsops_mac=x'],
])('.env with %s is fine', (_, text) => expect(found('.env', text)).toEqual([]));

test.each([
  '.env.example',
  '.env.sample',
  '.env.template',
  '.env.dist',
  '.env.production.example',
  '.env.vault',
])('%s is an example', (path) => expect(found(path, 'DATABASE_URL=postgres://u:p@h/d')).toEqual([]));

test.each([
  ['.env', true],
  ['.env.local', true],
  ['src/.env', true],
  ['secrets/x/y', true],
  ['.envrc', false],
  ['src/env.ts', false],
  ['src/secrets/x', false],
])('%s is looked at: %s', (path, looked) => expect(isNeighbour(path)).toBe(looked));

test('a line of any length is read in no time', () => {
  const text = `${'A'.repeat(200_000)}=${'"'.repeat(200_000)}\n${' '.repeat(200_000)}=x`;
  expect(found('.env', text)).toEqual([]);
});
