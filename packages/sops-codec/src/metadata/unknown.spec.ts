import { setValue } from '../model/path';
import type { Format } from '../model/tree';
import type { Keyring } from '../recipients/keyring';
import { edit, encrypt, parse, readPlain, serialize } from '../index';

const keyring: Keyring = {
  wrap: (_, key) => Promise.resolve(Buffer.from(key).toString('base64')),
  unwrap: ({ kind, enc }) =>
    kind === 'age' ? Promise.resolve(Buffer.from(enc, 'base64')) : Promise.reject(new Error('not asked for')),
};
const age = (recipient: string) => [{ kind: 'age' as const, recipient }];
const make = async (groups: ReturnType<typeof age>[]) =>
  Buffer.from(
    serialize(await encrypt(readPlain('a: x\nb: y\n', 'yaml'), { format: 'yaml', groups }, keyring)),
  ).toString();

/** What edits leave of the lines of the metadata, but for the time and the MAC. */
async function edited(text: string, format: Format): Promise<readonly string[]> {
  const change = (documents: Parameters<typeof setValue>[0]) =>
    setValue(documents, ['a'], { kind: 'str', text: 'changed' });
  const after = Buffer.from(serialize(await edit(parse(text, format), change, keyring))).toString();
  return linesOf(after);
}
const linesOf = (text: string) =>
  text.split('\n').filter((line) => !/^(?:a[:=]| *"a":)|(?:lastmodified|mac)"?[:=]/.test(line));

const foreign = `    tencent_kms:
        - created_at: "2026-01-01T00:00:00Z"
          enc: abc
          key_id: one
    zzz_note: kept
`;

test('fields and recipients of other kinds stay, in one group', async () => {
  const text = (await make([age('a')]))
    .replace('          recipient: a\n', '          recipient: a\n          zzz: 5\n')
    .replace(
      '    lastmodified:',
      '    hckms:\n        - created_at: "2026-01-01T00:00:00Z"\n          enc: abc\n          key_id: eu:1\n    lastmodified:',
    )
    .replace(/( {4}unencrypted_suffix.*\n)/, (line) => `${foreign.split('    zzz')[0]}${line}`)
    .replace(/$/, foreign.slice(foreign.indexOf('    zzz')));
  expect(text).toContain('tencent_kms');
  expect(await edited(text, 'yaml')).toEqual(linesOf(text));
});

test('those of several groups stay', async () => {
  const text = await make([age('a'), age('b')]);
  const hcVault = '          hc_vault: []\n';
  const added = text.replace(hcVault, `${hcVault}          tencent_kms:\n            - key_id: one\n`);
  expect(added).toContain('key_id');
  expect(await edited(added, 'yaml')).toEqual(linesOf(added));
});

test('they stay in flat formats', async () => {
  const file = await encrypt(
    readPlain('a=x\nb=y\n', 'dotenv'),
    { format: 'dotenv', groups: [age('a')] },
    keyring,
  );
  const text = Buffer.from(serialize(file))
    .toString()
    .replace('sops_unencrypted_suffix', 'sops_tencent_kms__list_0__map_key_id=one\nsops_unencrypted_suffix');
  expect(await edited(text, 'dotenv')).toEqual(linesOf(text));
});
