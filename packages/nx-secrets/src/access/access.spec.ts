import type { Grant } from '../aws/kms/key-grants';
import { keyPolicy } from '../policies/key-policy';
import { secretPolicy } from '../policies/secret-policy';
import { account, everyPrincipal, role, subjectOf } from '../policies/subject.test-kit';
import { accessList } from './access';
import { accessText } from './access-text';
import { actorName, type Actor, type Rights } from './actor';
import { actorsOf } from './actors';
import { capabilityText } from './capability-text';
import { differences } from './differences';
import { emptyPolicy, readPolicy, type LivePolicy } from './live-policy';
import type { Place } from './request';
import type { Site } from './site';

const partition = 'aws';
const context = { service: 'user-service', stage: 'dev' };
const place: Place = {
  region: 'eu-west-1',
  account,
  keyArn: `arn:aws:kms:eu-west-1:${account}:key/1`,
  aliasArn: `arn:aws:kms:eu-west-1:${account}:alias/user-service-dev`,
  secretArn: `arn:aws:secretsmanager:eu-west-1:${account}:secret:/services/user-service/dev-AbCdEf`,
  keyTags: new Map([['service', 'user-service']]),
  secretTags: undefined,
  aliases: ['alias/user-service-dev'],
};

const live = (statements: readonly object[], kind: 'resource' | 'identity' = 'resource'): LivePolicy => {
  const policy = readPolicy(JSON.stringify({ Statement: statements }), kind, Infinity);
  if (typeof policy === 'string') throw new Error(policy);
  return policy;
};
const siteOf = (key: LivePolicy, secret: LivePolicy = emptyPolicy, grants: readonly Grant[] = []): Site => {
  const rules = { policy: { known: true, value: key }, grants } as const;
  return {
    region: 'eu-west-1',
    file: place,
    secret: place,
    secretExists: true,
    fileKey: rules,
    secretKey: rules,
    secretPolicy: { known: true, value: secret },
  };
};
const identity = (name: string, statements: readonly object[], boundary?: readonly object[]): Actor => {
  const rights: Rights = {
    kind: 'policies',
    policies: [{ name: 'inline policy p', policy: live(statements, 'identity') }],
    ...(boundary ? { boundary: live(boundary, 'identity') } : {}),
  };
  return {
    kind: 'AWS',
    arn: `arn:aws:iam::${account}:${name}`,
    account,
    rights,
    tags: new Map([['team', 'a']]),
  };
};
const all = { Effect: 'Allow', Action: '*', Resource: '*' };
const byRoot = (more: object = {}) => ({ ...all, Sid: 'Root', Principal: { AWS: account }, ...more });

/** Who may read or write what, with what it hangs on: `role/a opens the file (if …) [IAM policies of …]`. */
function listed(
  sites: readonly Site[],
  { identities, named = [] }: { identities?: readonly Actor[]; named?: readonly string[] } = {},
  access: readonly string[] = ['read', 'write'],
): readonly string[] {
  const policies = sites.flatMap(({ fileKey, secretPolicy: own }) =>
    [fileKey.policy, own].flatMap((one) => (one.known ? [one.value] : [])),
  );
  const grants = sites.flatMap(({ fileKey }) => fileKey.grants);
  const actors = actorsOf({ id: account, partition }, policies, grants, identities, named);
  return accessList(sites, actors, context)
    .filter(({ capability }) => access.includes(capability.access))
    .filter(({ capability }) => capability.access === 'administer' || capability.action === undefined)
    .map(({ actor, capability, conditions, needs }) =>
      [
        actorName(actor, account),
        capabilityText(capability, capability.action ? [capability.action] : []),
        ...conditions.map((one) => `(${one})`),
        ...needs.map((one) => `[${one}]`),
      ].join(' '),
    );
}

const ofAccount = `[IAM policies of account ${account}]`;

describe('where IAM policies are not known: as far as statements leave it to them', () => {
  test.each<[string, readonly object[], readonly string[]]>([
    ['no statement', [], []],
    [
      'the account',
      [byRoot({ Action: 'kms:Decrypt' })],
      [
        `anybody of account ${account} opens the file ${ofAccount}`,
        `anybody of account ${account} reads the secret ${ofAccount}`,
      ],
    ],
    [
      'a role as principal, bound to the context of another stage',
      [
        {
          ...all,
          Principal: { AWS: role('a') },
          Action: 'kms:Decrypt',
          Condition: { StringEquals: { 'kms:EncryptionContext:stage': 'prod' } },
        },
      ],
      [],
    ],
    [
      'a role as principal',
      [{ ...all, Principal: { AWS: role('a') }, Action: ['kms:Decrypt', 'kms:Encrypt'] }],
      ['role/a opens the file', `role/a reads the secret ${ofAccount}`, 'role/a encrypts for the file'],
    ],
    [
      'roles by a condition',
      [byRoot({ Action: 'kms:Decrypt', Condition: { ArnLike: { 'aws:PrincipalArn': role('dev-*') } } })],
      [`role/dev-* opens the file ${ofAccount}`, `role/dev-* reads the secret ${ofAccount}`],
    ],
    [
      'all roles but one',
      [
        byRoot({ Action: 'kms:Decrypt', Condition: { Null: { 'kms:ViaService': 'true' } } }),
        {
          ...all,
          Effect: 'Deny',
          Principal: '*',
          Condition: { ArnNotLike: { 'aws:PrincipalArn': role('lead') } },
        },
      ],
      [`role/lead opens the file ${ofAccount}`],
    ],
    [
      'everybody, in one account',
      [
        {
          ...all,
          Principal: '*',
          Action: 'kms:Decrypt',
          Condition: {
            StringEquals: {
              'kms:CallerAccount': account,
              'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com',
            },
          },
        },
      ],
      [`anybody of account ${account} reads the secret ${ofAccount}`],
    ],
    [
      'everybody but one role',
      [{ ...all, NotPrincipal: { AWS: role('a') }, Action: 'kms:Decrypt' }],
      [
        'everybody, of any account opens the file',
        `anybody of account ${account} reads the secret ${ofAccount}`,
      ],
    ],
    [
      'a service of AWS, and an identity provider',
      [
        { ...all, Principal: { Service: 'backup.amazonaws.com' }, Action: 'kms:Decrypt' },
        { ...all, Principal: { Federated: 'arn:aws:iam::1:saml-provider/x' }, Action: 'kms:Encrypt' },
      ],
      [
        'AWS service backup.amazonaws.com opens the file',
        'identity provider arn:aws:iam::1:saml-provider/x encrypts for the file',
      ],
    ],
    [
      'another account',
      [{ ...all, Principal: { AWS: 'arn:aws:iam::999999999999:root' }, Action: 'kms:ReEncrypt*' }],
      [
        'anybody of account 999999999999 opens the file [IAM policies of account 999999999999]',
        'anybody of account 999999999999 encrypts for the file [IAM policies of account 999999999999]',
      ],
    ],
  ])('%s', (_, statements, expected) => expect(listed([siteOf(live(statements))])).toEqual(expected));
});

describe('where IAM policies are known: each role and user', () => {
  const key = live([byRoot({ Action: 'kms:*' })]);

  test.each<[string, readonly Actor[], readonly string[]]>([
    ['nobody', [], []],
    ['nothing allowed', [identity('role/a', [])], []],
    [
      'kms:Decrypt alone: the file, not the secret',
      [identity('user/bob', [{ ...all, Action: 'kms:Decrypt' }])],
      ['user/bob opens the file'],
    ],
    [
      'GetSecretValue alone: nothing',
      [identity('role/a', [{ ...all, Action: 'secretsmanager:GetSecretValue' }])],
      [],
    ],
    [
      'on another key',
      [identity('role/a', [{ ...all, Action: 'kms:*', Resource: `arn:aws:kms:eu-west-1:${account}:key/2` }])],
      [],
    ],
    ['a Deny', [identity('role/a', [all, { ...all, Effect: 'Deny', Action: 'kms:*' }])], []],
    [
      'a boundary',
      [identity('role/a', [all], [{ ...all, Action: ['kms:Decrypt'] }])],
      ['role/a opens the file'],
    ],
    [
      'a tag of the caller',
      [
        identity('role/a', [
          { ...all, Action: 'kms:Decrypt', Condition: { StringEquals: { 'aws:PrincipalTag/Team': 'a' } } },
        ]),
        identity('role/b', [
          { ...all, Action: 'kms:Decrypt', Condition: { StringEquals: { 'aws:PrincipalTag/Team': 'b' } } },
        ]),
      ],
      ['role/a opens the file'],
    ],
    [
      'a variable in the resource',
      [
        identity('role/a', [
          { ...all, Action: 'kms:Decrypt', Resource: 'arn:aws:kms:*:*:key/${aws:PrincipalTag/key}' },
        ]),
      ],
      ['role/a opens the file (resource arn:aws:kms:*:*:key/${aws:PrincipalTag/key})'],
    ],
    [
      'a secret policy that denies all but one',
      [identity('role/a', [all]), identity(`role/user-service-dev`, [all])],
      [
        'role/a opens the file',
        'role/a encrypts for the file',
        'role/user-service-dev opens the file',
        'role/user-service-dev reads the secret',
        'role/user-service-dev encrypts for the file',
      ],
    ],
  ])('%s', (name, identities, expected) => {
    const secret =
      name === 'a secret policy that denies all but one'
        ? live(secretPolicy(subjectOf({ principals: everyPrincipal })).Statement)
        : emptyPolicy;
    expect(listed([siteOf(key, secret)], { identities })).toEqual(expected);
  });

  test('a grant, within its context', () => {
    const grant = (more: Partial<Grant>): Grant => ({
      id: 'g1',
      grantee: role('worker'),
      operations: ['Decrypt'],
      ...more,
    });
    const worker = identity('role/worker', []);
    const opened = (grants: readonly Grant[]) =>
      listed([siteOf(key, emptyPolicy, grants)], { identities: [worker] });
    expect(opened([grant({})])).toEqual(['role/worker opens the file']);
    expect(opened([grant({ operations: ['DescribeKey'] })])).toEqual([]);
    expect(opened([grant({ context: { kind: 'equals', pairs: context } })])).toEqual([
      'role/worker opens the file',
    ]);
    expect(opened([grant({ context: { kind: 'equals', pairs: { stage: 'dev' } } })])).toEqual([]);
    expect(opened([grant({ context: { kind: 'subset', pairs: { stage: 'dev' } } })])).toEqual([
      'role/worker opens the file',
    ]);
    expect(opened([grant({ context: { kind: 'subset', pairs: { stage: 'prod' } } })])).toEqual([]);
    expect(opened([grant({ grantee: role('gone') })])).toEqual([]);
  });

  test('a secret that the policy of the secret alone opens, for a role that the key policy names', () => {
    const worker = identity('role/worker', []);
    const named = { Effect: 'Allow', Principal: { AWS: role('worker') }, Resource: '*' };
    expect(
      listed(
        [
          siteOf(
            live([{ ...named, Action: 'kms:Decrypt' }]),
            live([{ ...named, Action: 'secretsmanager:GetSecretValue' }]),
          ),
        ],
        { identities: [worker] },
      ),
    ).toEqual(['role/worker opens the file', 'role/worker reads the secret']);
  });
});

describe('administering', () => {
  test('action by action, and what is not in nx.json', () => {
    const subject = subjectOf({ principals: everyPrincipal });
    const wanted = siteOf(live(keyPolicy(subject).Statement), live(secretPolicy(subject).Statement));
    const site = siteOf(
      live([byRoot({ Action: ['kms:PutKeyPolicy', 'kms:CreateGrant', 'kms:UpdateAlias'] })]),
    );
    const identities = [
      identity('role/grants', [{ ...all, Action: 'kms:CreateGrant' }]),
      identity('role/alias', [{ ...all, Action: 'kms:UpdateAlias', Resource: place.keyArn }]),
      identity('role/aliases', [{ ...all, Action: 'kms:UpdateAlias' }]),
    ];
    expect(listed([site], { identities }, ['administer'])).toEqual([
      'role/grants administers the key: CreateGrant',
      'role/aliases administers the key: UpdateAlias',
    ]);
    const accesses = accessList([site], identities, context);
    const found = differences({
      live: [site],
      wanted: [wanted],
      context,
      accesses,
      named: [],
      identities,
      anybody: { kind: 'AWS', arn: `arn:aws:iam::${account}:*`, account, rights: { kind: 'unknown' } },
    });
    // Whoever the account's IAM policies let administers the key, where nx.json names no administrators; grants never.
    expect(
      found.map((one) => (one.kind === 'allowed, not in nx.json' ? one.access.capability.action : '')),
    ).toEqual(['CreateGrant']);
  });
});

test('the policies that nx.json asks for are as nx.json has it', () => {
  const subject = subjectOf({ principals: { ...everyPrincipal, administrators: role('admin') } });
  const site = siteOf(live(keyPolicy(subject).Statement), live(secretPolicy(subject).Statement));
  const named = Object.values(subject.principals ?? {}).flat() as string[];
  const actors = actorsOf({ id: account, partition }, [], [], undefined, named);
  const accesses = accessList([site], actors, context);
  const anybody = actors.find(({ arn }) => arn.endsWith(':*'))!;
  expect(
    differences({ live: [site], wanted: [site], context, accesses, named, identities: undefined, anybody }),
  ).toEqual([]);
  expect(accesses.length).toBeGreaterThan(6);
});

test('hostile names reach no terminal, and very many statements end in time', () => {
  const evil = '\u001b]0;x\u0007\u202e\n::error::x';
  const statements = Array.from({ length: 10_000 }, (_, index) => ({
    Sid: `${evil}${index}`,
    Effect: 'Allow',
    Principal: { AWS: role(`r${index}`) },
    Action: index % 2 === 0 ? 'kms:Decrypt' : 's3:*',
    Resource: '*',
  }));
  const site = siteOf(live(statements.slice(0, 700)));
  const identities = [{ ...identity('role/r0', []), assumableBy: [evil] }];
  const actors = actorsOf({ id: account, partition }, [live(statements)], [], identities, []);
  const accesses = accessList([site], actors, context);
  expect(accesses).toHaveLength(1);
  const text = accessText([
    {
      service: evil,
      stage: 'dev',
      address: { root: 'services/x' },
      secretName: 's',
      keyAlias: 'alias/x',
      account,
      regions: ['eu-west-1'],
      accesses,
      file: undefined,
      differences: accesses.map((access) => ({ kind: 'allowed, not in nx.json', access })),
      named: undefined,
      unknown: [{ what: evil, code: 'accessDenied', why: evil, fix: evil }],
      notes: [evil],
    },
  ]);
  // eslint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]|^\s*::/m);
  expect(text).toContain('\\u{1b}]0;x');
});
