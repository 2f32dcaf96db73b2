import type { CheckException } from '../config/check-exceptions';
import { exceptionsFor } from './exceptions';
import { plaintextSiblings } from './plaintext-siblings';
import { keysOfEncrypted } from './secret-keys';

const keys = new Set(['DATABASE_URL', 'smtp.password', '__proto__', 'name', 'token']);
const sops = (...lines: readonly string[]) =>
  `${lines.map((line) => `${line}: ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]\n`).join('')}sops:\n    age:\n        - recipient: age1x\n          enc: x\n    mac: ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]\n    lastmodified: "2026-01-01T00:00:00Z"\n    version: 3.9.0\n`;

function foundIn(files: Readonly<Record<string, string>>, exceptions: readonly CheckException[] = []) {
  return plaintextSiblings(
    {
      paths: Object.keys(files),
      read: (path) => {
        const text = files[path];
        return text === undefined ? { kind: 'none' } : { kind: 'text', text };
      },
    },
    { keys, stage: 'dev', keysOf: keysOfEncrypted },
    { root: 'services/a', project: 'a-project' },
    exceptionsFor(exceptions),
  );
}
const found = (path: string, text = 'x') => foundIn({ [path]: text });

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
])('%s is not a secret file', (path) => {
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

test('an encrypted file with another name is not reported as unencrypted', () => {
  expect(found('secrets/dev.yaml', sops('A'))[0]?.what).toContain('its name is not that of a secret file');
});

const url = 'postgres://app:hunter2@db.internal/users';

test.each<[string, string, string]>([
  ['.env', `DATABASE_URL=${url}`, 'DATABASE_URL'],
  ['.env.local', `DATABASE_URL = "${url}" # comment`, 'DATABASE_URL'],
  ['src/.env.production', `export DATABASE_URL=hunter2`, 'DATABASE_URL'],
  ['.envrc', `export DATABASE_URL='${url}'`, 'DATABASE_URL'],
  ['prod.env', 'SMTP_PASSWORD=hunter2', 'SMTP_PASSWORD'],
  ['.env', 'STRIPE_API_KEY=hunter2\nPORT=3000', 'STRIPE_API_KEY'],
  ['.env', 'DOTENV_PRIVATE_KEY_PRODUCTION=hunter2', 'DOTENV_PRIVATE_KEY_PRODUCTION'],
  ['.env', 'A_TOKEN=hunter2\r\nB_SECRET=s1\r\nA_TOKEN=t2\r\n', 'A_TOKEN, B_SECRET'],
  ['secrets.json', `{"DATABASE_URL": "${url}"}`, 'DATABASE_URL'],
  ['config/prod.json', '{"smtp": {"password": "hunter2"}}', 'smtp.password'],
  ['appsettings.json', `{"ConnectionStrings": {"DatabaseUrl": "${url}"}}`, 'ConnectionStrings.DatabaseUrl'],
  ['settings.jsonc', `{\n  // of production\n  "DATABASE_URL": "${url}",\n}`, 'DATABASE_URL'],
  ['config.yaml', `app:\n  smtp:\n    host: mail\n    password: hunter2\n`, 'app.smtp.password'],
  ['a.yml', `a: 1\n---\nDATABASE_URL: ${url}\n`, 'DATABASE_URL'],
  ['values.yaml', `env:\n  - name: DATABASE_URL\n    value: ${url}\n`, 'DATABASE_URL'],
  ['damaged.yaml', `DATABASE_URL: ${url}\n  x: [\n`, 'DATABASE_URL'],
  ['docker-compose.yml', `services:\n  a:\n    environment:\n      - DATABASE_URL=${url}\n`, 'DATABASE_URL'],
  [
    'compose.yaml',
    `services:\n  a:\n    environment:\n      DATABASE_URL: ${url}\n`,
    'services.a.environment.DATABASE_URL',
  ],
  ['compose.yml', 'x:\n  DATABASE_URL: ${DATABASE_URL:-hunter2}\n', 'x.DATABASE_URL'],
  [
    'k8s/secret.yaml',
    `apiVersion: v1\nkind: Secret\nstringData:\n  DATABASE_URL: ${url}\n`,
    'stringData.DATABASE_URL',
  ],
  [
    'k8s/secret.yaml',
    `apiVersion: v1\nkind: Secret\ndata:\n  DATABASE_URL: ${Buffer.from(url).toString('base64')}\n`,
    'data.DATABASE_URL',
  ],
  ['k8s/map.yaml', `kind: ConfigMap\ndata:\n  app.properties: |\n    database.url=${url}\n`, 'database.url'],
  ['task.json', `{"environment": [{"name": "DATABASE_URL", "value": "${url}"}]}`, 'DATABASE_URL'],
  [
    'template.yml',
    `Parameters:\n  DatabaseUrl:\n    Type: String\n    Default: ${url}\n`,
    'Parameters.DatabaseUrl',
  ],
  ['config.toml', `[smtp]\npassword = "hunter2"\n`, 'smtp.password'],
  ['prod.tfvars', `database_url = "${url}"\n`, 'database_url'],
  ['app.properties', `database.url=${url}\n`, 'database.url'],
  ['app.ini', `[smtp]\npassword = hunter2\n`, 'smtp.password'],
  ['Dockerfile', `FROM node\nENV NODE_ENV=production DATABASE_URL=${url}\n`, 'DATABASE_URL'],
  ['Dockerfile.dev', `ENV DATABASE_URL ${url}\n`, 'DATABASE_URL'],
  ['run.sh', `docker run -e DATABASE_URL=${url} app\n`, 'DATABASE_URL'],
  ['run.ps1', `$env:DATABASE_URL = "${url}"\n`, 'DATABASE_URL'],
  ['Makefile', `DATABASE_URL ?= ${url}\n`, 'DATABASE_URL'],
  ['notes', `DATABASE_URL: ${url}\n`, 'DATABASE_URL'],
  ['web.xml', `<add key="DATABASE_URL" value="${url}" />\n`, 'DATABASE_URL'],
  ['pom.xml', `<DATABASE_URL>${url}</DATABASE_URL>\n`, 'DATABASE_URL'],
  ['package.json', `{"scripts": {"start": "DATABASE_URL=${url} node ."}}`, 'DATABASE_URL'],
  ['main.tf', `variables = {\n  DATABASE_URL = "${url}"\n}\n`, 'DATABASE_URL'],
  ['variables.tf', `variable "database_url" {\n  type = string\n  default = "${url}"\n}\n`, 'database_url'],
  ['src/config.ts', `export const config = { DATABASE_URL: '${url}' };\n`, 'DATABASE_URL'],
  ['src/config.ts', `const databaseUrl: string = "${url}";\n`, 'databaseUrl'],
  ['src/config.ts', `process.env.DATABASE_URL = '${url}';\n`, 'process.env.DATABASE_URL'],
  ['src/config.ts', `process.env.DATABASE_URL ?? '${url}'\n`, 'process.env.DATABASE_URL'],
  ['app.py', `os.environ["DATABASE_URL"] = "${url}"\n`, 'DATABASE_URL'],
  ['app.py', `os.getenv("DATABASE_URL", "${url}")\n`, 'DATABASE_URL'],
  ['settings.py', `DATABASE_URL: str = r"${url}"\n`, 'DATABASE_URL'],
  ['main.go', `os.Setenv("DATABASE_URL", "${url}")\n`, 'DATABASE_URL'],
  ['main.go', `databaseURL := "${url}"\n`, 'databaseURL'],
  ['App.java', `private static final String DATABASE_URL = "${url}";\n`, 'DATABASE_URL'],
  ['config.rb', `ENV['DATABASE_URL'] = '${url}'\n`, 'DATABASE_URL'],
  ['test/fixtures/prod.json', `{"DATABASE_URL": "${url}"}`, 'DATABASE_URL'],
  ['README.md', `Run it:\n\n    DATABASE_URL=${url} npm start\n`, 'DATABASE_URL'],
  ['notes.txt', 'the password:\nDATABASE_URL: hunter2\n', 'DATABASE_URL'],
  ['secrets/README.md', `    export DATABASE_URL=${url}\n`, 'DATABASE_URL'],
])('%s: %j', (path, text, names) => {
  const problems = found(path, text);
  expect(problems).toMatchObject([{ where: `services/a/${path}` }]);
  expect(problems[0]?.what.startsWith(`${names} ha`) && problems[0].what).toBeTruthy();
  expect(JSON.stringify(problems)).not.toContain('hunter2');
});

test.each<[string, string]>([
  ['secrets.json', '{"OTHER": "hunter2"}'],
  ['secrets.local.json', '{"other": {"nested": "hunter2"}}'],
  ['config/secrets-prod.yaml', 'OTHER: hunter2\n'],
  ['secrets.ini', '[a]\nother = hunter2\n'],
  ['.streamlit/secrets.toml', 'other = "hunter2"\n'],
  ['secrets.properties', 'other=hunter2\n'],
  ['secret.env', 'OTHER=hunter2\n'],
  ['k8s/secret.yaml', 'apiVersion: v1\nkind: Secret\nstringData:\n  other: hunter2\n'],
  ['dev.dec.yaml', 'OTHER: hunter2\n'],
  ['config/prod.decrypted.json', '{"OTHER": "hunter2"}'],
  ['secrets.yaml.dec', 'hunter2'],
  ['tls.decrypted', '-----BEGIN PRIVATE KEY-----\nhunter2\n'],
])('%s has a name that says so: %j', (path, text) => {
  const problems = found(path, text);
  expect(problems).toMatchObject([{ where: `services/a/${path}` }]);
  expect(JSON.stringify(problems)).not.toContain('hunter2');
});

test.each<[string, string, string]>([
  ['config.json', 'config.enc.json', '{"OTHER_KEY": "hunter2"}'],
  ['conf/app.yaml', 'conf/app.sops.yaml', 'OTHER_KEY: hunter2\n'],
  ['app.yaml', 'app.yaml.enc', 'OTHER_KEY: hunter2\n'],
  ['app.yaml', 'app.encrypted.yaml', 'OTHER_KEY: hunter2\n'],
  ['tls.key', 'tls.enc.key', 'hunter2'],
])('%s next to %s', (path, partner, text) => {
  const encrypted = partner.endsWith('.json')
    ? '{"OTHER_KEY": "ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]", "sops": {"age": [{"recipient": "age1x", "enc": "x"}], "mac": "", "version": "3.9.0", "lastmodified": "2026-01-01T00:00:00Z"}}'
    : sops('OTHER_KEY');
  expect(foundIn({ [path]: text, [partner]: encrypted })).toMatchObject([
    {
      where: `services/a/${path}`,
      what: expect.stringContaining(partner.slice(partner.lastIndexOf('/') + 1)),
    },
  ]);
  expect(foundIn({ [path]: text })).toEqual([]);
  expect(foundIn({ [path]: text, [partner]: 'not encrypted' })).toEqual([]);
  expect(foundIn({ [path]: sops('OTHER_KEY'), [partner]: encrypted })).toEqual([]);
});

test('settings next to an encrypted file with other keys are another file', () => {
  expect(foundIn({ 'app.yaml': 'LOG_LEVEL: debug\n', 'app.enc.yaml': sops('OTHER_KEY') })).toEqual([]);
});

test.each<[string, string]>([
  ['.env', ''],
  ['.env', '# DATABASE_URL=hunter2\nhello'],
  ['.env', 'DATABASE_URL=\nA_TOKEN=""\nB_TOKEN= # set me'],
  ['.env', 'DATABASE_URL=${OTHER}\nA_TOKEN=$B'],
  ['.env', 'DATABASE_URL=<url>\nA_TOKEN=changeme\nB_TOKEN=xxxx\nC_TOKEN=your-token'],
  ['.env', 'PORT=3000\nTOKEN_EXPIRY=3600\nUSE_TOKEN=true\nPASSWORD_MIN_LENGTH=8'],
  ['.env', 'NEXT_PUBLIC_API_KEY=pk_1\nVITE_MAP_TOKEN=pk.2'],
  ['.env', 'A_TOKEN="encrypted:BDFz"'],
  ['.env', 'A=ENC[AES256_GCM,data:YQ==,iv:YQ==,tag:YQ==,type:str]\nsops_mac=x'],
  ['.env.example', `DATABASE_URL=${url}`],
  ['.env.sample', `DATABASE_URL=${url}`],
  ['.env.template', `DATABASE_URL=${url}`],
  ['.env.dist', `DATABASE_URL=${url}`],
  ['.env.production.example', `DATABASE_URL=${url}`],
  ['.env.vault', `DATABASE_URL=${url}`],
  ['secrets.example.json', `{"DATABASE_URL": "${url}"}`],
  ['example.env', `DATABASE_URL=${url}`],
  ['secrets.json', '{}'],
  ['secrets.json', '{"DATABASE_URL": "", "OTHER": "<set me>", "flag": true}'],
  ['secrets.yaml', sops('DATABASE_URL')],
  ['config.enc.yaml', sops('DATABASE_URL')],
  [
    'secrets.yaml',
    'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nspec:\n  data:\n    - secretKey: DATABASE_URL\n      remoteRef:\n        key: /services/a/dev\n        property: DATABASE_URL\n',
  ],
  ['k8s/sealed.yaml', 'kind: SealedSecret\nspec:\n  encryptedData:\n    DATABASE_URL: AgBy3i4OJSWK\n'],
  [
    'k8s/deployment.yaml',
    'env:\n  - name: DATABASE_URL\n    valueFrom:\n      secretKeyRef:\n        name: app\n        key: DATABASE_URL\n',
  ],
  ['k8s/secret.yaml', 'kind: Secret\ndata:\n  DATABASE_URL: Y2hhbmdlbWU=\n'],
  [
    'task.json',
    '{"secrets": [{"name": "DATABASE_URL", "valueFrom": "arn:aws:secretsmanager:eu-west-1:1:secret:a"}]}',
  ],
  [
    'template.yml',
    'Environment:\n  Variables:\n    DATABASE_URL: !Ref DatabaseUrl\n    X: "{{resolve:secretsmanager:a}}"\n',
  ],
  ['template.yml', "DATABASE_URL: '{{resolve:secretsmanager:/services/a/dev:SecretString:DATABASE_URL}}'\n"],
  ['serverless.yml', 'environment:\n  DATABASE_URL: ${ssm:/a/b}\n'],
  [
    'docker-compose.yml',
    'services:\n  a:\n    environment:\n      - DATABASE_URL\n      - DATABASE_URL=${DATABASE_URL}\n      - X=${DATABASE_URL:?unset}\n',
  ],
  ['values.yaml', 'DATABASE_URL: ""\nsmtp:\n  password: null\n'],
  ['.github/workflows/ci.yml', 'env:\n  DATABASE_URL: ${{ secrets.DATABASE_URL }}\n  token: abc\n'],
  [
    'config.schema.json',
    '{"properties": {"DATABASE_URL": {"type": "string", "description": "where the data is"}}}',
  ],
  ['package.json', '{"name": "a", "token": "b"}'],
  ['project.json', '{"name": "a"}'],
  ['values.yaml', 'image:\n  name: nginx\n'],
  [
    'src/config.ts',
    'const url = process.env.DATABASE_URL;\nif (DATABASE_URL === "x") throw new Error("DATABASE_URL: not set");\n',
  ],
  ['src/config.ts', 'interface Env { DATABASE_URL: string; token: "a" | "b" }\n'],
  ['src/config.ts', "const schema = z.object({ DATABASE_URL: z.string().url('DATABASE_URL is wrong') });\n"],
  ['src/config.ts', "export const names = { DATABASE_URL: 'DATABASE_URL', databaseUrl: 'DATABASE_URL' };\n"],
  ['src/config.ts', 'const DATABASE_URL = `postgres://${user}:${password}@${host}/db`;\n'],
  ['src/config.ts', "const DATABASE_URL = await getSecret('/services/a/dev', 'DATABASE_URL');\n"],
  ['src/config.ts', "process.env.DATABASE_URL ?? 'postgres://localhost/dev'\n"],
  ['app.py', 'DATABASE_URL = os.environ["DATABASE_URL"]\nurl = os.getenv("DATABASE_URL", "")\n'],
  ['main.go', 'url := os.Getenv("DATABASE_URL")\n'],
  ['main.tf', 'DATABASE_URL = var.database_url\nname = "x"\n'],
  ['variables.tf', 'variable "database_url" {\n  type = string\n  sensitive = true\n}\n'],
  [
    'src/config.spec.ts',
    "process.env.DATABASE_URL = 'postgres://localhost:5432/test';\nconst token = 'abcdefghijk';\n",
  ],
  ['test/fixtures/a.json', '{"DATABASE_URL": "postgres://user:pass@example.com/db", "name": "a long name"}'],
  [
    'README.md',
    'Set `DATABASE_URL`.\n\nDATABASE_URL: the URL of the database\n\n    DATABASE_URL=postgres://user:password@localhost/db\n    npx nx g secrets:set DATABASE_URL --stage=dev\n',
  ],
  ['Dockerfile', 'ARG DATABASE_URL\nENV DATABASE_URL=$DATABASE_URL\nENV DATABASE_URL=${DATABASE_URL}\n'],
  ['run.sh', 'export DATABASE_URL="$(aws secretsmanager get-secret-value)"\n'],
  ['ansible.yml', 'DATABASE_URL: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  6638\n'],
  ['notes.txt', 'DATABASE_URL: where the data is\n'],
  ['src/decorators.dec.ts', 'export const a = 1;\n'],
  ['logo.png', 'DATABASE_URL=hunter2'],
])('%s is fine: %j', (path, text) => expect(found(path, text)).toEqual([]));

test('fixes can be pasted, whatever the path', () => {
  const [problem] = foundIn({ "it's $(here)/.env": 'DATABASE_URL=hunter2' });
  expect(problem?.fix).toContain('npx nx g nx-secrets:set DATABASE_URL --stage=dev --project=a-project');
  expect(problem?.fix).toContain(`git rm --cached --ignore-unmatch 'services/a/it'\\''s $(here)/.env'`);
});

test('nx.json excepts files, or names in them', () => {
  const files = {
    'docker-compose.yml': `DATABASE_URL: ${url}\nsmtp:\n  password: hunter2\n`,
    '.env': 'DATABASE_URL=hunter2',
  };
  const places = (exceptions: readonly CheckException[]) =>
    foundIn(files, exceptions).map(({ where, what }) => `${where} ${what.split(' ha')[0]}`);
  expect(places([])).toHaveLength(2);
  expect(places([{ pattern: 'services/*/docker-compose.yml' }])).toEqual(['services/a/.env DATABASE_URL']);
  expect(
    places([{ pattern: '**/docker-compose.yml', names: ['DATABASE_URL'] }, { pattern: '**/.env' }]),
  ).toEqual(['services/a/docker-compose.yml smtp.password']);
  expect(places([{ pattern: 'services/b/**' }])).toHaveLength(2);
});

test('what cannot be read is found by its name only', () => {
  const unread = (path: string) =>
    plaintextSiblings(
      { paths: [path], read: () => ({ kind: 'unread' }) },
      { keys, stage: 'dev', keysOf: keysOfEncrypted },
      { root: '.' },
      exceptionsFor([]),
    );
  expect(unread('secrets.json')).toMatchObject([{ where: 'secrets.json' }]);
  expect(unread('dump.dec.bin')).toMatchObject([{ where: 'dump.dec.bin' }]);
  expect(unread('data.json')).toEqual([]);
});

test.each<[string, string]>([
  ['.env', `${'A'.repeat(200_000)}=${'"'.repeat(200_000)}\n${' '.repeat(200_000)}=x`],
  ['a.ts', `${'DATABASE_URL '.repeat(20_000)}`],
  ['a.ts', `DATABASE_URL${' '.repeat(200_000)}`],
  ['a.ts', `DATABASE_URL: ${'a.'.repeat(100_000)}`],
  ['a.tf', 'variable "database_url" {\n'.repeat(8_000)],
  ['a.xml', '<DATABASE_URL>'.repeat(20_000)],
  ['a.json', `{"DATABASE_URL": ${'['.repeat(100_000)}`],
  ['a.json', `{"a":`.repeat(20_000) + '"DATABASE_URL"' + '}'.repeat(20_000)],
  ['a.yaml', `DATABASE_URL: ${'['.repeat(60_000)}`],
  ['a.yaml', `a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nDATABASE_URL: *c\n`],
])('%s of any content is read in no time', (path, text) => expect(found(path, text)).toEqual([]));

describe('the fix of unencrypted values', () => {
  const fixOf = (path: string, text: string, exceptions: readonly CheckException[] = []) =>
    foundIn({ [path]: text }, exceptions)[0]?.fix ?? '';

  test('the exception has all names, those of nx.json too: pasted, it is the last one', () => {
    const names = Array.from({ length: 17 }, (_, index) => `A${index}_TOKEN`);
    const text = names.map((name) => `${name}=hunter2\n`).join('');
    const first = fixOf('prod.env', text, [{ pattern: 'services/a/prod.env', names: ['A3_TOKEN'] }]);
    const [, json = ''] = /"checkExceptions": (\{.*\})\./.exec(first) ?? [];
    const pasted = Object.entries(JSON.parse(json) as Record<string, string[]>);
    expect(pasted.flatMap(([, all]) => all).sort()).toEqual([...names].sort());
    const exceptions = pasted.map(([pattern, all]) => ({ pattern, names: all }));
    expect(foundIn({ 'prod.env': text }, exceptions)).toEqual([]);
  });

  test.each([
    ['.env', 'smtp.password=hunter2', 'set smtp.password --stage'],
    ['.env', 'SMTP_PASSWORD=hunter2', 'set smtp.password --stage'],
    ['.env', 'lower.token=hunter2', "set 'lower\\.token' --stage"],
    ['config.json', '{"ConnectionStrings": {"DatabaseUrl": "hunter2"}}', 'set DATABASE_URL --stage'],
  ])('%s with %s sets the key of the secret file', (path, text, command) => {
    expect(fixOf(path, text)).toContain(command);
  });

  test.each([
    ['.env', 'DATABASE_URL=hunter2', true],
    ['secrets.json', '{"OTHER": "hunter2"}', true],
    ['docker-compose.yml', 'environment:\n  DATABASE_URL: hunter2\n', false],
    ['.envrc', 'export DATABASE_URL=hunter2', false],
  ])('%s is imported as a whole: %s, %s', (path, text, whole) => {
    const command = `import services/a/${path} --stage=<stage> --remove-source --project=a-project`;
    expect(fixOf(path, text).includes(command)).toBe(whole);
  });
});
