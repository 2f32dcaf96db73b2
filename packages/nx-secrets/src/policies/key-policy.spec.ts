import { administration, keyPolicy, revokedKeyPolicy } from './key-policy';
import { everyPrincipal, role, subjectOf } from './subject.test-kit';

const ofFile = {
  'kms:EncryptionContext:service': ['user-service'],
  'kms:EncryptionContext:stage': ['dev'],
};
const viaSecretsManager = ['secretsmanager.eu-west-1.amazonaws.com'];
const secretArn = ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:/services/user-service/dev-??????'];
const account = { AWS: ['arn:aws:iam::111122223333:root'] };
const by = (name: string) => ({ ArnLike: { 'aws:PrincipalArn': [role(name)] } });
const statementsOf = (subject = subjectOf({ principals: everyPrincipal })) =>
  new Map(keyPolicy(subject).Statement.map((statement) => [statement.Sid, statement]));

test('the whole policy', () => {
  expect(keyPolicy(subjectOf({ principals: everyPrincipal }))).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AdministerKey',
        Effect: 'Allow',
        Principal: account,
        Action: administration,
        Resource: ['*'],
      },
      {
        Sid: 'SyncOpensFile',
        Effect: 'Allow',
        Principal: account,
        Action: ['kms:Decrypt'],
        Resource: ['*'],
        Condition: { StringEquals: ofFile, ...by('sync') },
      },
      {
        Sid: 'SyncWritesSecret',
        Effect: 'Allow',
        Principal: account,
        Action: ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:Encrypt'],
        Resource: ['*'],
        Condition: {
          StringEquals: { 'kms:ViaService': viaSecretsManager },
          StringLike: { 'kms:EncryptionContext:SecretARN': secretArn },
          ...by('sync'),
        },
      },
      {
        Sid: 'SyncFindsKey',
        Effect: 'Allow',
        Principal: account,
        Action: ['kms:DescribeKey'],
        Resource: ['*'],
        Condition: { StringEquals: { 'kms:RequestAlias': ['alias/user-service-dev'] }, ...by('sync') },
      },
      {
        Sid: 'EncryptFile',
        Effect: 'Allow',
        Principal: account,
        Action: ['kms:Encrypt'],
        Resource: ['*'],
        Condition: { StringEquals: ofFile, ...by('developer') },
      },
      {
        Sid: 'DecryptFile',
        Effect: 'Allow',
        Principal: account,
        Action: ['kms:Decrypt'],
        Resource: ['*'],
        Condition: { StringEquals: ofFile, ...by('lead') },
      },
      {
        Sid: 'ServiceReadsSecret',
        Effect: 'Allow',
        Principal: account,
        Action: ['kms:Decrypt'],
        Resource: ['*'],
        Condition: {
          StringEquals: { 'kms:ViaService': viaSecretsManager },
          StringLike: { 'kms:EncryptionContext:SecretARN': secretArn },
          ...by('user-service-dev'),
        },
      },
    ],
  });
});

test('administering takes no use of the key, and no grant', () => {
  const use =
    /^kms:(\*|Encrypt|Decrypt|ReEncrypt|GenerateDataKey|GenerateMac|Sign|Verify|CreateGrant|DeriveSharedSecret)/;
  expect(administration.filter((action) => use.test(action))).toEqual([]);
  // KMS refuses a policy under which its maker could not change it again.
  expect(administration).toContain('kms:PutKeyPolicy');
});

test('administrators, where named, and nobody else of the account', () => {
  const administrators = [role('admin'), role('aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*')];
  const statement = statementsOf(subjectOf({ principals: { administrators } })).get('AdministerKey');
  expect(statement?.Condition).toEqual({ ArnLike: { 'aws:PrincipalArn': administrators } });
});

test('a kind of use that nobody is named for gets no statement', () => {
  const { sync } = everyPrincipal;
  expect([...statementsOf(subjectOf({ principals: { sync } })).keys()]).toEqual([
    'AdministerKey',
    'SyncOpensFile',
    'SyncWritesSecret',
    'SyncFindsKey',
  ]);
});

test('without principals the IAM policies of the account decide, for the uses of this secret only', () => {
  const statements = statementsOf(subjectOf());
  expect(statements.size).toBe(6);
  for (const [sid, { Principal, Condition }] of statements) {
    expect(Principal).toEqual(account);
    expect(JSON.stringify(Condition ?? {})).not.toContain('PrincipalArn');
    expect(Condition === undefined).toBe(sid === 'AdministerKey');
  }
});

test('principals of several accounts', () => {
  const sync = [role('sync'), 'arn:aws:iam::444455556666:role/ci/deploy', role('other')];
  const statement = statementsOf(subjectOf({ principals: { sync } })).get('SyncOpensFile');
  expect(statement?.Principal).toEqual({ AWS: [...account.AWS, 'arn:aws:iam::444455556666:root'] });
  expect(statement?.Condition?.['ArnLike']).toEqual({ 'aws:PrincipalArn': sync });
});

test.each([
  [
    'cn-north-1',
    'aws-cn',
    ['secretsmanager.cn-north-1.amazonaws.com', 'secretsmanager.cn-north-1.amazonaws.com.cn'],
  ],
  ['us-gov-west-1', 'aws-us-gov', ['secretsmanager.us-gov-west-1.amazonaws.com']],
])('in %s', (region, partition, via) => {
  const subject = subjectOf({}, { region });
  expect(statementsOf(subject).get('AdministerKey')?.Principal).toEqual({
    AWS: [`arn:${partition}:iam::111122223333:root`],
  });
  expect(statementsOf(subject).get('ServiceReadsSecret')?.Condition).toEqual({
    StringEquals: { 'kms:ViaService': via },
    StringLike: {
      'kms:EncryptionContext:SecretARN': [
        `arn:${partition}:secretsmanager:${region}:111122223333:secret:/services/user-service/dev-??????`,
      ],
    },
  });
});

test('a replicated secret is read in each of its regions', () => {
  const { Condition } =
    statementsOf(subjectOf({ replicaRegions: ['eu-central-1'] })).get('ServiceReadsSecret') ?? {};
  expect(Condition?.['StringEquals']?.['kms:ViaService']).toEqual([
    'secretsmanager.eu-west-1.amazonaws.com',
    'secretsmanager.eu-central-1.amazonaws.com',
  ]);
  expect(Condition?.['StringLike']?.['kms:EncryptionContext:SecretARN']).toEqual([
    ...secretArn,
    'arn:aws:secretsmanager:eu-central-1:111122223333:secret:/services/user-service/dev-??????',
  ]);
});

test('a revoked key denies each use but those by Secrets Manager, so that no grant allows one', () => {
  const { Statement } = revokedKeyPolicy(subjectOf({ replicaRegions: ['eu-central-1'] }));
  const denied = Statement.filter(({ Effect }) => Effect === 'Deny');
  expect(denied).toHaveLength(1);
  expect(denied[0]).toMatchObject({
    Principal: { AWS: ['*'] },
    Resource: ['*'],
    // Negated, so it holds where a request has no such key.
    Condition: {
      StringNotEquals: {
        'kms:ViaService': [
          'secretsmanager.eu-west-1.amazonaws.com',
          'secretsmanager.eu-central-1.amazonaws.com',
        ],
      },
    },
  });
  const uses = ['Decrypt', 'Encrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo', 'CreateGrant'];
  expect(denied[0]?.Action).toEqual(expect.arrayContaining(uses.map((use) => `kms:${use}`)));
  // Whoever administers it can open it again.
  expect(denied[0]?.Action).not.toContain('kms:PutKeyPolicy');
});
