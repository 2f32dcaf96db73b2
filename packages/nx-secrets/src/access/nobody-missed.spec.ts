import type { Grant } from '../aws/kms/key-grants';
import { account, role } from '../policies/subject.test-kit';
import { accessList } from './access';
import { actorName, type Actor } from './actor';
import { actorsOf } from './actors';
import { capabilityText } from './capability-text';
import { emptyPolicy, readPolicy, type LivePolicy } from './live-policy';
import type { Place } from './request';

const context = { service: 'people', stage: 'dev' };
const keyArn = `arn:aws:kms:eu-west-1:${account}:key/1`;
const place: Place = {
  region: 'eu-west-1',
  account,
  keyArn,
  aliasArn: `arn:aws:kms:eu-west-1:${account}:alias/people-dev`,
  secretArn: `arn:aws:secretsmanager:eu-west-1:${account}:secret:/services/people/dev-AbCdEf`,
  keyTags: undefined,
  secretTags: undefined,
  aliases: ['alias/people-dev', 'alias/second'],
};

const policyOf = (kind: 'resource' | 'identity', ...Statement: readonly object[]): LivePolicy => {
  const policy = readPolicy(JSON.stringify({ Statement }), kind, Infinity);
  if (typeof policy === 'string') throw new Error(policy);
  return policy;
};
const allow = (more: object) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more });
const deny = (more: object) => allow({ Effect: 'Deny', Principal: '*', ...more });
const opens = { Action: 'kms:Decrypt' };
const ofAccount = { Principal: { AWS: account } };
const when = (operator: string, key: string, ...values: readonly string[]) => ({
  Condition: { [operator]: { [key]: values } },
});

interface Case {
  readonly key?: readonly object[];
  readonly secret?: readonly object[];
  readonly grants?: readonly Partial<Grant>[];
  readonly identities?: readonly Actor[];
}

/** The answer for the policies of a key and a secret: who may do what, under which conditions. */
function said({ key = [], secret = [], grants: some = [], identities }: Case): readonly string[] {
  const grants = some.map((one): Grant => ({ id: 'g1', grantee: '', operations: ['Decrypt'], ...one }));
  const rules = { policy: { known: true, value: policyOf('resource', ...key) }, grants } as const;
  const own = secret.length === 0 ? emptyPolicy : policyOf('resource', ...secret);
  const site = {
    region: 'eu-west-1',
    file: place,
    secret: place,
    secretExists: true,
    fileKey: rules,
    secretKey: rules,
    secretPolicy: { known: true, value: own },
  } as const;
  const actors = actorsOf(
    { id: account, partition: 'aws' },
    [rules.policy.value, own],
    grants,
    identities,
    [],
  );
  return accessList([site], actors, context).map(({ actor, capability, conditions, needs }) =>
    [
      actorName(actor, account),
      capabilityText(capability, capability.action ? [capability.action] : []),
      ...conditions.map((one) => `(${one})`),
      ...needs.map((one) => `[${one}]`),
    ].join(' '),
  );
}

const identity = (name: string, rights: object = {}): Actor => ({
  kind: 'AWS',
  arn: `arn:aws:iam::${account}:${name}`,
  account,
  rights: { kind: 'policies', policies: [], ...rights },
});
const mayAll = { policies: [{ name: 'inline policy p', policy: policyOf('identity', allow({})) }] };
const session = `arn:aws:sts::${account}:assumed-role/dev/alice`;
const other = '999999999999';
const iam = `[IAM policies of account ${account}]`;
const anyAccount = 'arn:aws:iam::*:role/dev';

/** Each of them can read or administer in AWS: an answer without them would be a false no. */
test.each<[string, Case, string]>([
  [
    'a role without IAM policies whom a condition on everybody means',
    {
      key: [allow({ ...opens, Principal: '*', ...when('ArnLike', 'aws:PrincipalArn', role('dev-*')) })],
      identities: [identity('role/dev-1')],
    },
    'role/dev-1 opens the file',
  ],
  [
    "a condition that leaves a role's account open",
    { key: [allow({ ...opens, ...ofAccount, ...when('ArnLike', 'aws:PrincipalArn', anyAccount) })] },
    `anybody of account ${account} opens the file (aws:principalarn ArnLike ${anyAccount}) ${iam}`,
  ],
  [
    'the same in a Deny for all others',
    {
      key: [allow({ ...opens, ...ofAccount }), deny(when('ArnNotLike', 'aws:PrincipalArn', anyAccount))],
    },
    `anybody of account ${account} opens the file (unless aws:principalarn ArnNotLike ${anyAccount} (key policy statement 2)) ${iam}`,
  ],
  [
    'a condition for all values',
    {
      key: [
        allow({ ...opens, ...ofAccount, ...when('ForAllValues:ArnLike', 'aws:PrincipalArn', role('a')) }),
      ],
    },
    `anybody of account ${account} opens the file (aws:principalarn ForAllValues:ArnLike ${role('a')}) ${iam}`,
  ],
  [
    'a session by name, whose role a Deny spares',
    {
      key: [
        allow({ ...opens, Principal: { AWS: session } }),
        deny(when('ArnNotLike', 'aws:PrincipalArn', role('dev'))),
      ],
    },
    `${session.slice(session.indexOf('assumed'))} opens the file (unless aws:principalarn ArnNotLike ${role('dev')} (key policy statement 2))`,
  ],
  [
    'a grant for another account',
    { grants: [{ grantee: `arn:aws:iam::${other}:root` }] },
    `anybody of account ${other} opens the file [IAM policies of account ${other}]`,
  ],
  [
    'a grant for the account',
    {
      grants: [{ grantee: `arn:aws:iam::${account}:root` }],
      identities: [identity('role/dev', mayAll), identity('role/none')],
    },
    'role/dev opens the file',
  ],
  [
    'a grant whose constraint is empty',
    { grants: [{ grantee: role('dev'), context: { kind: 'equals', pairs: {} } }] },
    'role/dev opens the file',
  ],
  [
    'another alias of the key',
    {
      key: [
        allow({
          ...opens,
          Principal: { AWS: role('dev') },
          ...when('StringEquals', 'kms:RequestAlias', 'alias/second'),
        }),
      ],
    },
    'role/dev opens the file',
  ],
  [
    'a Deny for the current version, which has an id, too',
    {
      key: [allow({ Principal: { AWS: role('dev') } })],
      secret: [
        allow({ Principal: { AWS: role('dev') } }),
        deny(when('StringEquals', 'secretsmanager:VersionStage', 'AWSCURRENT')),
      ],
      identities: [identity('role/dev')],
    },
    'role/dev reads the secret (unless secretsmanager:versionstage StringEquals AWSCURRENT (secret policy statement 2))',
  ],
  [
    'a policy that wants a parameter to be given',
    {
      key: [
        allow({
          Action: 'kms:PutKeyPolicy',
          Principal: { AWS: role('dev') },
          ...when('Bool', 'kms:BypassPolicyLockoutSafetyCheck', 'false'),
        }),
      ],
    },
    'role/dev administers the key: PutKeyPolicy (kms:bypasspolicylockoutsafetycheck Bool false)',
  ],
  [
    'a short window',
    {
      key: [
        allow({
          Action: 'kms:ScheduleKeyDeletion',
          Principal: { AWS: role('dev') },
          ...when('NumericLessThan', 'kms:ScheduleKeyDeletionPendingWindowInDays', '8'),
        }),
      ],
    },
    'role/dev administers the key: ScheduleKeyDeletion (kms:schedulekeydeletionpendingwindowindays NumericLessThan 8)',
  ],
  [
    'a permissions boundary that cannot be read',
    {
      key: [allow({ ...opens, ...ofAccount })],
      identities: [
        identity('role/dev', {
          ...mayAll,
          boundary: { statements: [], unreadable: ['permissions boundary'] },
        }),
      ],
    },
    'role/dev opens the file [its permissions boundary]',
  ],
  [
    'an absent parameter, asked for with a capital',
    {
      key: [allow({ ...opens, Principal: { AWS: role('dev') }, ...when('Null', 'kms:ViaService', 'True') })],
    },
    'role/dev opens the file',
  ],
])('%s', (_, given, expected) => expect(said(given)).toContain(expected));

test('whom a grant for an account does not let has no access by it', () =>
  expect(
    said({
      grants: [{ grantee: `arn:aws:iam::${account}:root` }],
      identities: [identity('role/none')],
    }).filter((line) => line.startsWith('role/none')),
  ).toEqual([]));
