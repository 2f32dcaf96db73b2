import type { Recipient } from 'sops-codec';
import type { StageRecipients } from '../config/stage-recipients';
import { recipientsFromRule, unlistedProblem, unlistedRecipients, unmatchedRecipients } from './recipients';

const own = {
  arn: 'arn:aws:kms:eu-west-1:111122223333:alias/user-prod',
  service: 'user',
  stage: 'prod',
};
const kms = (arn: string, more: object = {}): Recipient => ({ kind: 'kms', arn, awsProfile: '', ...more });
const age: Recipient = { kind: 'age', recipient: 'age1abc' };
const pgp: Recipient = { kind: 'pgp', fp: 'FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4' };
const azure: Recipient = { kind: 'azure_kv', vaultUrl: 'https://v.vault.azure.net', name: 'k', version: '7' };
const vault: Recipient = { kind: 'hc_vault', vaultAddress: 'https://v', enginePath: 'sops', keyName: 'k' };
const gcp: Recipient = { kind: 'gcp_kms', resourceId: 'projects/p/locations/l/keyRings/r/cryptoKeys/k' };
const unlisted = (recipient: Recipient, recipients: StageRecipients = {}, replicaRegions: string[] = []) =>
  unlistedRecipients([[recipient]], { own, replicaRegions, recipients }).length > 0;

const rows: readonly (readonly [string, boolean, Recipient, StageRecipients?, string[]?])[] = [
  ['the own key', false, kms(own.arn)],
  ['the own key with a role of anybody’s', false, kms(own.arn, { role: 'arn:aws:iam::999988887777:role/x' })],
  [
    'its replica, where nx.json has one',
    false,
    kms(own.arn.replace('west', 'central')),
    {},
    ['eu-central-1'],
  ],
  ['its alias in a region that nx.json does not name', true, kms(own.arn.replace('west', 'central'))],
  ['its alias in another account', true, kms(own.arn.replace('1111', '9999')), {}, ['eu-west-1']],
  ['an age recipient', true, age],
  ['one that is listed', false, age, { age: ['age1abc'] }],
  ['one of another kind with the same text', true, age, { pgp: ['age1abc'] }],
  [
    'a fingerprint with spaces, in lower case',
    false,
    pgp,
    { pgp: ['fbc7 b9e2 a4f9 289a c0c1 d484 3d16 cee4 a273 81b4'] },
  ],
  [
    'an ARN with placeholders',
    false,
    kms('arn:aws:kms:eu-west-1:111122223333:alias/glass-user-prod'),
    { kms: ['arn:aws:kms:eu-west-1:111122223333:alias/glass-{service}-{stage}'] },
  ],
  [
    'an Azure key without its version',
    false,
    azure,
    { azure_keyvault: ['https://v.vault.azure.net/keys/k'] },
  ],
  [
    'an Azure key with another version',
    true,
    azure,
    { azure_keyvault: ['https://v.vault.azure.net/keys/k/8'] },
  ],
  [
    'an Azure key whose name begins the same',
    true,
    azure,
    { azure_keyvault: ['https://v.vault.azure.net/keys'] },
  ],
  ['a Vault key', false, vault, { hc_vault_transit_uri: ['https://v/v1/sops/keys/k'] }],
  ['a GCP key', false, gcp, { gcp_kms: ['projects/p/locations/l/keyRings/r/cryptoKeys/k'] }],
];
test.each(rows.map((row) => ({ row, name: row[0], expected: row[1] })))(
  '$name: unlisted $expected',
  ({ row }) => {
    const [, expected, recipient, recipients, replicas] = row;
    expect(unlisted(recipient, recipients, replicas)).toBe(expected);
  },
);

test('a recipient is named once, with what lists it and what removes it', () => {
  const problem = unlistedProblem(
    unlistedRecipients([[age, pgp], [age]], { own, replicaRegions: [], recipients: {} }),
    'the file',
    {
      own,
      where: 'apps/user/secrets/prod.enc.yaml',
      removal: recipientsFromRule('apps/user/secrets/prod.enc.yaml'),
    },
  );
  expect(problem).toEqual({
    code: 'unlistedRecipient',
    what: `the age recipient age1abc, the pgp recipient ${pgp.fp} are in the file, and nx.json does not list them for stage prod`,
    where: 'apps/user/secrets/prod.enc.yaml',
    fix: `To keep them, list them in the plugin's options in nx.json:\n"stages": { "prod": { "recipients": { "pgp": [ "${pgp.fp}" ], "age": [ "age1abc" ] } } }\nKeep the other stages; where "stages" is a list of names, write each of them as "<name>": {}.\nTo remove them, remove unlisted recipients from .sops.yaml, then:\nnpx sops-codec --config apps/user/.sops.yaml updatekeys --yes apps/user/secrets/prod.enc.yaml`,
  });
});

test.each<[string, Recipient, Recipient, number]>([
  ['the same', age, age, 0],
  ['another of the kind', age, { kind: 'age', recipient: 'age1x' }, 1],
  ['an Azure key whose version the rule leaves open', azure, { ...azure, version: '' }, 0],
  ['a context that differs', kms(own.arn, { context: { a: 'b' } }), kms(own.arn), 0],
])('against the rule: %s', (_, recipient, ruled, count) => {
  expect(unmatchedRecipients([[recipient]], [[ruled]])).toHaveLength(count);
});
