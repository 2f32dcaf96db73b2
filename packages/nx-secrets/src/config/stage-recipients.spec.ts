import { readOptions } from './options';

const age = 'age1jc087j7wgswcs2lajaxyeqxv6uutn8hp92uketuk0khzuytfwyastjv7tg';
const read = (recipients: unknown) => readOptions({ stages: { prod: { recipients } } }).stages.get('prod');

test.each<[string, Record<string, readonly string[]>]>([
  ['age', { age: [age] }],
  ['SSH keys', { age: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA== admin@example.com'] }],
  ['PGP', { pgp: ['FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4'] }],
  ['PGP as gpg prints it', { pgp: ['FBC7 B9E2 A4F9 289A C0C1 D484 3D16 CEE4 A273 81B4'] }],
  ['another KMS key', { kms: ['arn:aws:kms:eu-west-1:111122223333:alias/break-glass-{service}-{stage}'] }],
  ['GCP', { gcp_kms: ['projects/p/locations/global/keyRings/r/cryptoKeys/k'] }],
  ['Azure', { azure_keyvault: ['https://v.vault.azure.net/keys/k', 'https://v.vault.azure.net/keys/k/1'] }],
  ['Vault', { hc_vault_transit_uri: ['https://vault.example.com:8200/v1/sops/keys/k'] }],
  ['several kinds', { age: [age], pgp: [] }],
])('%s', (_, recipients) => {
  expect(read(recipients)?.recipients).toEqual(recipients);
});

test.each<[string, unknown, string]>([
  ['an unknown kind', { gpg: ['x'] }, 'Did you mean "pgp"?'],
  ['no list', { age }, 'age is not'],
  ['a list for all kinds', [age], 'is not an object'],
  ['no text', { age: [1] }, 'age 1 is not an age recipient'],
  ['a short fingerprint', { pgp: ['A27381B4'] }, 'is not a fingerprint of 40 hexadecimal digits'],
  ['an age identity', { age: ['AGE-SECRET-KEY-1QQQ'] }, 'is not an age recipient'],
  ['a bare alias', { kms: ['alias/x'] }, 'is not an ARN of a KMS key or alias'],
])('%s is refused, with the place', (_, recipients, message) => {
  expect(() => read(recipients)).toThrow(message);
  expect(() => read(recipients)).toThrow('stages.prod');
});
