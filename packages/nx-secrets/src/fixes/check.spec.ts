import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { encrypt, edit, createKeyring, parse, serialize } from 'sops-codec';
import { pathIn, useFixes, users } from './fixes.test-kit';

const fixes = useFixes();
const file = pathIn(users, 'secrets/dev.enc.yaml');
const rules = pathIn(users, '.sops.yaml');
const check = () => fixes.target(users, 'check-secrets');
const finding = async (what: RegExp) => {
  const problems = await check();
  const found = problems.find((problem) => what.test(problem.what));
  expect(found?.what ?? problems).toMatch(what);
  return found;
};
const ageKey = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';

fixes.prepare(() => fixes.setUp(users, 'dev,prod'));

test('what was set up passes', async () => {
  expect(await check()).toEqual([]);
});

test('no rule for a file', async () => {
  await fixes.write({ [rules]: fixes.read(rules).replace('secrets/prod', 'secrets/other') });
  await fixes.pasteFix(await finding(/no creation rule matches secrets\/prod/));
  expect(await check()).toEqual([]);
});

test('a rule that names another key', async () => {
  const before = fixes.read(rules);
  await fixes.write({ [rules]: before.replace('alias/user-service-prod', 'alias/somebody') });
  const found = await finding(/does not name alias\/user-service-prod/);
  await fixes.write({ [rules]: before });
  await fixes.pasteFix(found);
  expect(await check()).toEqual([]);
});

test('recipients that the rule and the file do not share, and that nobody lists', async () => {
  const before = fixes.read(rules);
  await fixes.write({
    [rules]: before.replace(
      /(context:\n\s+service: user-service\n\s+stage: dev\n)/,
      (text) => `${text}        age:\n          - ${ageKey}\n`,
    ),
  });
  expect(fixes.read(rules)).toContain(ageKey);
  await fixes.configure({ stages: { dev: { recipients: { age: [ageKey] } }, prod: {} } });
  await fixes.pasteFix(await finding(/is in the rule but cannot open/));
  expect(await check()).toEqual([]);
  await fixes.configure({ stages: ['dev', 'prod'] });
  const found = await finding(/nx\.json does not list it/);
  await fixes.write({ [rules]: before });
  await fixes.pasteFix(found);
  expect(await check()).toEqual([]);
});

test('a plaintext value', async () => {
  await fixes.write({ [file]: fixes.read(file).replace(/^A: .*$/m, 'A: hunter2') });
  await fixes.pasteFix(await finding(/A is unencrypted/), {
    places: { commit: 'HEAD' },
    values: { A: 'another' },
  });
  expect(await check()).toEqual([]);
  await fixes.write({ [file]: fixes.read(file).replace(/^A: .*$/m, 'A: hunter2') });
  await fixes.commit();
  await fixes.pasteFix(await finding(/A is unencrypted/), {
    places: { commit: 'HEAD~1' },
    values: { A: 'another' },
  });
  expect(await check()).toEqual([]);
});

test('a file of which nothing is encrypted', async () => {
  const opened = parse(Buffer.from(fixes.read(file)), 'yaml');
  const keyring = createKeyring();
  let documents: Parameters<typeof encrypt>[0] = [];
  await edit(opened, (given) => (documents = given), keyring);
  const groups = opened.metadata.groups;
  const plain = await encrypt(
    documents,
    { format: 'yaml', groups, rule: { kind: 'encrypted_regex', pattern: '^nothing$' } },
    keyring,
  );
  await fixes.write({ [file]: serialize(plain) });
  await fixes.pasteFix(await finding(/none of its values is encrypted/));
  expect(fixes.read(file)).toMatch(/^A: ENC/m);
  expect(await check()).toEqual([]);
});

test('keys that a stage lacks, with names that a shell would take apart', async () => {
  const names = ['B', 'hosts.example\\.org', "it's", '$(id)', '--unset', 'a b'];
  for (const name of names) {
    const typed = name.startsWith('-') ? `--key=${name}` : `'${name.replaceAll("'", "'\\''")}'`;
    await fixes.paste(`npx nx g nx-secrets:set ${typed} --stage=dev --project=${users.project}`, {
      values: { [name]: 'v' },
    });
  }
  const values = Object.fromEntries(names.map((name) => [name, 'v']));
  await fixes.pasteFix(await finding(/stage prod lacks 6 keys/), { values });
  expect(await check()).toEqual([]);
});

test('a value in a .env file', async () => {
  await fixes.write({ [pathIn(users, '.env')]: 'A=hunter2\n' });
  await fixes.git('add', '.');
  const found = await finding(/^A has an unencrypted value/);
  await fixes.write({ '.gitignore': `${fixes.read('.gitignore')}.env\n` });
  await fixes.pasteFix(found, { places: { stage: 'dev' }, values: { A: 'another' } });
  expect(await check()).toEqual([]);
});

test('a .env file with values that the secret file does not have: imported, and removed', async () => {
  await fixes.write({ [pathIn(users, '.env')]: 'A=one\nB_TOKEN=hunter2\n' });
  await fixes.git('add', '.');
  const found = await finding(/^A, B_TOKEN have unencrypted values/);
  await fixes.pasteFix(found, { places: { stage: 'dev' } }, (line) => line.includes(':import '));
  await fixes.git('add', '.');
  expect((await check()).map(({ code }) => code)).toEqual(['missingKeys']);
  expect(existsSync(join(fixes.directory(), pathIn(users, '.env')))).toBe(false);
  expect(fixes.read(file)).toMatch(/^B_TOKEN: ENC/m);
});

test('a leftover among the secret files', async () => {
  await fixes.write({ [pathIn(users, 'secrets/dev.yaml')]: 'A: hunter2\n' });
  for (const problem of await check()) {
    if (!/the folder of the secret files/.test(problem.what)) continue;
    await fixes.pasteFix(problem, { places: { stage: 'dev' }, values: { KEY: 'x' } }, (line) =>
      line.startsWith('rm'),
    );
  }
  expect(await check()).toEqual([]);
});

test('a damaged ciphertext', async () => {
  await fixes.write({ [file]: fixes.read(file).replace(/^(A: ENC\[AES256_GCM,data:).*$/m, '$1x]') });
  await fixes.pasteFix(await finding(/damaged/), { places: { commit: 'HEAD' } });
  expect(await check()).toEqual([]);
});
