import { encrypt, parse, readPlain, serialize, type SelectionRule } from 'sops-codec';
import { namesOf } from '../config/names';
import { readOptions } from '../config/options';
import { encrypted } from './encrypted';
import { openKeyring, somebody } from './open-keyring.test-kit';

const path = 'services/user-service/secrets/dev.enc.yaml';
const names = namesOf('user-service', 'dev', readOptions({}), 'services/user-service');
const plain =
  'PASSWORD: one\nHOST: h\n# secret\nTOKEN: t\nnested:\n  PASSWORD: [x, y]\nempty: ""\nnone: null\n';

const rules: readonly (readonly [SelectionRule, string])[] = [
  [{ kind: 'unencrypted_suffix', suffix: '_unencrypted' }, 'PASSWORD'],
  [{ kind: 'encrypted_suffix', suffix: 'WORD' }, 'PASSWORD'],
  [{ kind: 'encrypted_regex', pattern: '^PASS' }, 'PASSWORD'],
  [{ kind: 'unencrypted_regex', pattern: '^HOST$' }, 'PASSWORD'],
  [{ kind: 'encrypted_comment_regex', pattern: 'secret' }, 'TOKEN'],
  [{ kind: 'unencrypted_comment_regex', pattern: 'nothing like it' }, 'PASSWORD'],
];

test.each(rules)('%p: what it selects is unencrypted', async (rule, key) => {
  const options = { format: 'yaml', groups: [[somebody]], rule } as const;
  const file = await encrypt(readPlain(plain, 'yaml'), options, openKeyring);
  const text = Buffer.from(serialize(file)).toString();
  expect(encrypted(parse(text, 'yaml'), path, names)).toBeUndefined();
  const changed = text.replace(new RegExp(`^${key}: .*$`, 'm'), `${key}: hunter2`);
  const problem = encrypted(parse(changed, 'yaml'), path, names);
  expect(problem?.what).toBe(`${key} is unencrypted in the encrypted file`);
  expect(JSON.stringify(problem)).not.toContain('hunter2');
});

test('a list element, and a number', async () => {
  const options = { format: 'yaml', groups: [[somebody]] } as const;
  const text = Buffer.from(
    serialize(await encrypt(readPlain(plain, 'yaml'), options, openKeyring)),
  ).toString();
  const changed = text.replace(/- ENC.*$/m, '- 5').replace(/^HOST: .*$/m, 'HOST: 7');
  expect(encrypted(parse(changed, 'yaml'), path, names)?.what).toBe(
    'HOST, nested.PASSWORD are unencrypted in the encrypted file',
  );
});

test.each([
  ['selects nothing', plain, 'none of its values is encrypted: its own rule, encrypted_regex, selects none'],
  ['selects one of them', `${plain}MISTYPED: one\n`, undefined],
  ['has no values to select', 'none: null\nempty: ""\nmap: {}\n', undefined],
])('a rule that %s', async (_, text, what) => {
  const rule = { kind: 'encrypted_regex', pattern: '^MISTYPED$' } as const;
  const file = await encrypt(
    readPlain(text, 'yaml'),
    { format: 'yaml', groups: [[somebody]], rule },
    openKeyring,
  );
  expect(encrypted(file, path, names)?.what).toBe(what);
});
