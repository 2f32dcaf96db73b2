import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { logger } from '@nx/devkit';
import { createKeyring, decrypt, parse, writePlain } from 'sops-codec';
import { useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import importValues from './generator';
import type { ImportOptions } from './generator-options';

const workspace = useAwsWorkspace();
const root = 'services/users';
const file = `${root}/secrets/dev.enc.yaml`;

const path = (name: string) => join(workspace.directory(), name);
const run = (options: ImportOptions) =>
  workspace.generate((tree) => importValues(tree, { directory: root, stage: 'dev', ...options }));
const importText = async (name: string, text: string, options: ImportOptions = {}) => {
  writeFileSync(path(name), text);
  await run({ file: path(name), ...options });
  return printed();
};
/** What was printed since the last time. */
const printed = () => {
  const text = jest.mocked(logger.info).mock.calls.flat().join('\n');
  jest.mocked(logger.info).mockClear();
  return text;
};
const opened = async (format: 'yaml' | 'dotenv' = 'yaml', name = file) => {
  const { documents } = await decrypt(parse(readFileSync(path(name)), format), createKeyring());
  return Buffer.from(writePlain(documents, format)).toString();
};

test.each<['yaml' | 'env', 'yaml' | 'dotenv', string]>([
  ['yaml', 'yaml', '# about A\nA: one\n# old value\nB: two\n# behind\n'],
  ['env', 'dotenv', '# about A\nA=one\n# old value\nB=two\n# behind\n'],
])(
  'comments of a .env file are kept, encrypted, in %s; a second run changes nothing',
  async (extension, format, plain) => {
    const name = `${root}/secrets/dev.enc.${extension}`;
    const text = '# about A\nA=one\nB=two # old value\n# behind\n';
    expect(await importText('.env', text, { format: extension })).not.toContain('not taken');
    expect(workspace.read(name)).not.toMatch(/about|old value|behind/);
    expect(await opened(format, name)).toBe(plain);
    const before = workspace.read(name);
    const second = await importText('.env', text);
    expect(second).toContain('unchanged');
    expect(second).not.toContain('not taken');
    expect(workspace.read(name)).toBe(before);
    expect(await importText('.env', '# another\nA=one\n')).toContain(
      '1 comment was not taken: the file has their keys',
    );
  },
);

test('comments are counted where the format has none, and one that a pending value would be is not taken', async () => {
  expect(await importText('.env', '# one\nA=one # two\n', { format: 'json' })).toContain(
    '2 comments were not taken: secret files in YAML and dotenv keep comments, in JSON they do not.',
  );
  expect(
    await importText('b.env', '# nx-secrets addition QTogeA==\nB=x\n', { directory: 'services/orders' }),
  ).toContain('1 comment was not taken: a secret file takes such a comment for a value that somebody added');
  expect(await opened('yaml', 'services/orders/secrets/dev.enc.yaml')).toBe('B: x\n');
});

test.each<[string, string, string, Partial<ImportOptions>, RegExp]>([
  [
    'a suffix that sops leaves in plaintext',
    'a.json',
    '{"A_unencrypted": "canary"}',
    {},
    /leave the value of A_unencrypted unencrypted/,
  ],
  [
    'the suffix around it',
    'a.json',
    '{"a_unencrypted": {"b": 7}}',
    {},
    /leave the value of a_unencrypted\.b unencrypted/,
  ],
  ['the name of sops', 'a.json', '{"sops": "canary"}', { from: 'json' }, /sops is a name that SOPS reserves/],
  [
    'the name of sops, dotenv',
    '.env',
    'sops_mac=canary\n',
    { format: 'env', from: 'dotenv' },
    /the key sops_mac is a name that SOPS reserves/,
  ],
  [
    'a name that dotenv does not hold',
    'a.json',
    '{"A=B": "canary"}',
    { format: 'env' },
    /does not hold A=B unchanged/,
  ],
  ['a name that INI does not hold', 'a.json', '{"s": {" a": "canary"}}', { format: 'ini' }, /does not hold/],
  ['half a surrogate in a name', 'a.json', '{"\\ud800": "canary"}', {}, /half of a surrogate/],
])('refused before a key is made: %s', async (_, name, text, options, message) => {
  const error: unknown = await importText(name, text, options).catch((thrown: unknown) => thrown);
  expect(String(error)).toMatch(message);
  expect(String(error)).not.toContain('canary');
  expect(workspace.aws().calls()['kms:CreateKey']).toBeUndefined();
  expect(existsSync(path(`${root}/.sops.yaml`))).toBe(false);
});

test('comments are not taken where the rule would leave them in plaintext', async () => {
  await workspace.init({ directory: root, stages: 'dev' });
  const config = workspace.read(`${root}/.sops.yaml`);
  await workspace.write({
    [`${root}/.sops.yaml`]: config.replace(/^( *- *)/m, '$1encrypted_regex: .\n    '),
  });
  await workspace.git('add', '.');
  rmSync(path(file));
  const text = '# canary\nA=one # canary\n';
  expect(await importText('.env', text)).toContain("2 comments were not taken: the file's rule would leave");
  expect(workspace.read(file)).toContain('encrypted_regex: .');
  expect(await importText('.env', `${text}# canary\nB=x\n`)).toContain('3 comments were not taken');
  expect(workspace.read(file)).not.toContain('canary');
});

test('names of all kinds are added, and replaced by their names, commas and "=" too', async () => {
  const names = [
    'a,b',
    'a',
    'b',
    'A=B',
    '__proto__',
    'constructor',
    'toString',
    'd.e',
    '/x/y',
    'k v',
    ' lead',
    'C',
    'c',
  ];
  const json = (value: string, keys = names) =>
    `{${keys.map((key) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(', ')}}`;
  const first = await importText('a.json', json('one'));
  expect(first).toContain('C and c differ only in upper and lower case');
  const second = await importText('a.json', json('two'));
  expect(second).toMatch(/--overwrite=a,b,A=B,.*,C,c' '?--overwrite=a,b/);
  const third = await importText('a.json', json('two'), { overwrite: ['A=B,__proto__', 'a,b', 'd\\.e'] });
  expect(third.match(/replaced +.*/g)).toEqual(
    ['a,b', 'A=B', '__proto__', 'd\\.e'].map(
      (name) => expect.stringMatching(new RegExp(`replaced +${name.replaceAll('\\', '\\\\')}$`)) as string,
    ),
  );
  await workspace.commit();
  await workspace.sync([root]);
  const value = JSON.parse((await workspace.valueOf('/services/users/dev')) ?? '') as object;
  expect(Object.entries(value)).toEqual(
    names.map((name) => [name, ['a,b', 'A=B', '__proto__', 'd.e'].includes(name) ? 'two' : 'one']),
  );
  await expect(importText('a.json', json('x'), { overwrite: 'a, nope' })).rejects.toThrow(/has no key nope/);
});

test('the environment: a value that is not UTF-8 would be another one', async () => {
  process.env['USERS_A'] = 'x\ufffdy';
  try {
    await expect(run({ from: 'env', prefix: 'USERS_' })).rejects.toThrow(/USERS_A is not UTF-8/);
  } finally {
    delete process.env['USERS_A'];
  }
});

test('properties in ISO-8859-1: the fix converts them', async () => {
  writeFileSync(path('a.properties'), Buffer.from([0x61, 0x3d, 0xe9, 0x0a]));
  await expect(run({ file: path('a.properties') })).rejects.toThrow(
    /not UTF-8 text[^]*iconv -f ISO-8859-1 -t UTF-8 \S+a\.properties \| npx nx g \S+:import - --from=properties/,
  );
});
