import type { Keyring } from '../recipients/keyring';
import { encrypt, parse, readPlain, serialize, type EncryptOptions } from '../index';
import { findingCodes, verify, type Finding } from './verify';

const keyring: Keyring = {
  wrap: (_, key) => Promise.resolve(Buffer.from(key).toString('base64')),
  unwrap: () => Promise.reject(new Error('no key is asked for')),
};
const groups = [[{ kind: 'age' as const, recipient: 'age1test' }]];
const plain = 'a: canary\nb: {c: [canary, "", null, 5]}\nd_unencrypted: shown\n';

const made = async (options: Partial<EncryptOptions> = {}) =>
  Buffer.from(
    serialize(await encrypt(readPlain(plain, 'yaml'), { format: 'yaml', groups, ...options }, keyring)),
  ).toString();
const findings = (text: string) => verify(parse(text, 'yaml'));

test.each<[string, Partial<EncryptOptions>]>([
  ['the default rule', {}],
  ['a regular expression', { rule: { kind: 'encrypted_regex', pattern: '^a$' } }],
  ['a rule of comments', { rule: { kind: 'unencrypted_comment_regex', pattern: 'plain' } }],
  ['two groups', { groups: [...groups, ...groups] }],
])('a file that was just encrypted looks right: %s', async (_, options) => {
  expect(findings(await made(options))).toEqual([]);
});

test.each<[string, (text: string) => string, Finding['code'], string]>([
  ['an unencrypted value', (text) => text.replace(/^a: .*$/m, 'a: canary'), 'unencryptedValue', 'key "a"'],
  ['an unencrypted number', (text) => text.replace(/^a: .*$/m, 'a: 5'), 'unencryptedValue', 'key "a"'],
  [
    'an unencrypted value in a list',
    (text) => text.replace(/- ENC\S+/, '- canary'),
    'unencryptedValue',
    'key "b" → "c"',
  ],
  [
    'a value that nothing decrypts',
    (text) => text.replace('shown', /ENC\S+/.exec(text)![0]),
    'unselectedValue',
    'key "d_unencrypted"',
  ],
  ['no MAC', (text) => text.replace(/^ +mac: .*\n/m, ''), 'missingMac', 'sops.mac'],
  ['an unencrypted MAC', (text) => text.replace(/(^ +mac): .*$/m, '$1: ABCD'), 'unencryptedMac', 'sops.mac'],
  ['no version', (text) => text.replace(/^ +version: .*\n/m, ''), 'missingVersion', 'sops.version'],
  [
    'a key that is not wrapped',
    (text) => text.replace(/enc: .*$/m, 'enc: ""'),
    'missingWrappedKey',
    'age1test',
  ],
  [
    'an invalid pattern',
    (text) => text.replace(/unencrypted_suffix: .*/, 'encrypted_regex: "("'),
    'badRegex',
    'encrypted_regex',
  ],
])('%s is found, and no value shown', async (_, damage, code, where) => {
  const found = findings(damage(await made()));
  expect(found).toEqual([{ code, where, what: expect.any(String), fix: expect.any(String) }]);
  expect(JSON.stringify(found)).not.toContain('canary');
});

test('more shares than key groups', async () => {
  const text = (await made({ groups: [...groups, ...groups] })).replace(
    /shamir_threshold: .*/,
    'shamir_threshold: 3',
  );
  expect(findings(text)).toEqual([
    expect.objectContaining({ code: 'thresholdTooHigh', where: 'sops.shamir_threshold' }),
  ]);
});

test('the codes are part of the interface', () => {
  expect(findingCodes).toEqual([
    'missingMac',
    'unencryptedMac',
    'missingVersion',
    'thresholdTooHigh',
    'missingWrappedKey',
    'unencryptedValue',
    'unselectedValue',
  ]);
});
