import { readConfig, type KeyGroup, type Recipient } from 'sops-codec';
import { creationRule } from './creation-rule';

const names = {
  service: 'a',
  stage: 'dev',
  secretName: '/services/a/dev',
  keyAlias: 'alias/a-dev',
  address: { root: 'services/a' },
};
const owners = new Map([
  ['alias/a-dev', 'service a, stage dev'],
  ['alias/b-dev', 'service b, stage dev'],
]);
const arn = (alias: string) => `arn:aws:kms:eu-west-1:123456789012:alias/${alias}`;
const kms = (alias: string, context: Record<string, string> = { service: 'a', stage: 'dev' }): Recipient => ({
  kind: 'kms',
  arn: arn(alias),
  context,
  awsProfile: '',
});
const age: Recipient = { kind: 'age', recipient: 'age1friend' };

const check = (rules: unknown, groups: readonly KeyGroup[] | undefined = undefined) =>
  creationRule(
    readConfig(JSON.stringify({ creation_rules: rules }), 's/.sops.yaml'),
    { names, path: 'secrets/dev.enc.yaml', groups },
    owners,
  );
const rule = (...group: readonly Recipient[]) => [
  {
    path_regex: '^secrets/dev\\.enc\\.',
    key_groups: [
      {
        kms: group.flatMap((one) => (one.kind === 'kms' ? [{ arn: one.arn, context: one.context }] : [])),
        age: group.flatMap((one) => (one.kind === 'age' ? [one.recipient] : [])),
      },
    ],
  },
];

test.each<[string, unknown, readonly KeyGroup[] | undefined, string]>([
  ['no rules', [], undefined, 'no creation rule matches secrets/dev.enc.yaml'],
  [
    'a rule for another stage only',
    [{ path_regex: '^secrets/prod\\.enc\\.', kms: arn('a-dev') }],
    undefined,
    'no creation rule',
  ],
  ['nobody', [{ path_regex: 'dev' }], undefined, 'does not name alias/a-dev'],
  ["a person's key only", rule(age), undefined, 'does not name alias/a-dev'],
  [
    "another service's key, too",
    rule(kms('a-dev'), kms('b-dev')),
    undefined,
    'names alias/b-dev, the key of service b, stage dev',
  ],
  [
    'the context of another stage',
    rule(kms('a-dev', { service: 'a', stage: 'prod' })),
    undefined,
    'the encryption context stage "prod"',
  ],
  [
    'somebody who cannot open the file',
    rule(kms('a-dev'), age),
    [[kms('a-dev')]],
    'the age recipient age1friend is in the rule but cannot open secrets/dev.enc.yaml',
  ],
  [
    'somebody who can open the file anyway',
    rule(kms('a-dev')),
    [[kms('a-dev'), age]],
    'the age recipient age1friend is not in the rule but can open secrets/dev.enc.yaml',
  ],
])('refuses %s', (_, rules, groups, what) => {
  const problem = check(rules, groups);
  expect(problem?.what).toContain(what);
  expect(problem?.where).toContain('s/.sops.yaml');
});

test.each<[string, unknown, readonly KeyGroup[] | undefined]>([
  ['as init makes it', rule(kms('a-dev')), [[kms('a-dev')]]],
  ['without a context', [{ kms: arn('a-dev') }], undefined],
  ['with people', rule(kms('a-dev'), age), [[kms('a-dev'), age]]],
  [
    'in several groups',
    [{ key_groups: [{ kms: [{ arn: arn('a-dev') }] }, { age: ['age1friend'] }] }],
    undefined,
  ],
  [
    'with the version of an Azure key left open',
    [{ kms: arn('a-dev'), azure_keyvault: 'https://v.vault.azure.net/keys/k/' }],
    [
      [
        { kind: 'kms', arn: arn('a-dev'), awsProfile: '' },
        { kind: 'azure_kv', vaultUrl: 'https://v.vault.azure.net', name: 'k', version: '1f' },
      ],
    ],
  ],
])('takes a rule %s', (_, rules, groups) => expect(check(rules, groups)).toBeUndefined());
