import { toProblem } from '../problem';
import type { PolicyDocument } from './document';
import { grantedBy } from './actor.test-kit';
import { namedPolicy, policyKinds, type PolicyKind } from './named-policy';
import { account, everyPrincipal, role, subjectOf } from './subject.test-kit';

const documentOf = (kind: PolicyKind, subject = subjectOf({ principals: everyPrincipal })) =>
  namedPolicy(kind, subject).document;
const sidsOf = ({ Statement }: PolicyDocument) => Statement.map(({ Sid }) => Sid);

const secretArn = ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:/services/user-service/dev-??????'];
const keys = ['arn:aws:kms:eu-west-1:111122223333:key/*'];
const ofFile = {
  StringEquals: {
    'kms:EncryptionContext:service': ['user-service'],
    'kms:EncryptionContext:stage': ['dev'],
  },
};
const ofSecret = {
  StringEquals: { 'kms:ViaService': ['secretsmanager.eu-west-1.amazonaws.com'] },
  StringLike: { 'kms:EncryptionContext:SecretARN': secretArn },
};

test('sync', () => {
  expect(documentOf('sync')).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'WriteSecret',
        Effect: 'Allow',
        Action: [
          'secretsmanager:CreateSecret',
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetResourcePolicy',
          'secretsmanager:ListSecretVersionIds',
          'secretsmanager:PutSecretValue',
          'secretsmanager:RestoreSecret',
          'secretsmanager:TagResource',
          'secretsmanager:UpdateSecret',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        Resource: secretArn,
        Condition: {
          StringEqualsIfExists: {
            'aws:RequestTag/managed-by': ['nx-secrets'],
            'aws:RequestTag/service': ['user-service'],
            'aws:RequestTag/stage': ['dev'],
          },
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['managed-by', 'service', 'stage'] },
          Null: { 'secretsmanager:AddReplicaRegions': ['true'] },
        },
      },
      {
        Sid: 'FindKey',
        Effect: 'Allow',
        Action: ['kms:DescribeKey'],
        Resource: keys,
        Condition: { StringEquals: { 'kms:RequestAlias': ['alias/user-service-dev'] } },
      },
      { Sid: 'OpenFile', Effect: 'Allow', Action: ['kms:Decrypt'], Resource: keys, Condition: ofFile },
      {
        Sid: 'WriteSecretWithKey',
        Effect: 'Allow',
        Action: ['kms:GenerateDataKey', 'kms:Decrypt', 'kms:Encrypt'],
        Resource: keys,
        Condition: ofSecret,
      },
    ],
  });
});

test('developer', () => {
  expect(documentOf('developer')).toEqual({
    Version: '2012-10-17',
    Statement: [
      { Sid: 'EncryptFile', Effect: 'Allow', Action: ['kms:Encrypt'], Resource: keys, Condition: ofFile },
      { Sid: 'DecryptFile', Effect: 'Allow', Action: ['kms:Decrypt'], Resource: keys, Condition: ofFile },
    ],
  });
});

test('a developer of a stage whose values nobody may read', () => {
  const { encrypt } = everyPrincipal;
  expect(sidsOf(documentOf('developer', subjectOf({ principals: { encrypt } })))).toEqual(['EncryptFile']);
  expect(sidsOf(documentOf('developer', subjectOf()))).toContain('DecryptFile');
});

test('runtime', () => {
  expect(documentOf('runtime')).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ReadSecret',
        Effect: 'Allow',
        Action: ['secretsmanager:GetSecretValue'],
        Resource: secretArn,
      },
      {
        Sid: 'ReadSecretWithKey',
        Effect: 'Allow',
        Action: ['kms:Decrypt'],
        Resource: keys,
        Condition: ofSecret,
      },
    ],
  });
});

test('secret', () => {
  const notAService = { Bool: { 'aws:PrincipalIsAWSService': ['false'] } };
  const denied = { Effect: 'Deny', Principal: { AWS: ['*'] }, Resource: ['*'] };
  expect(documentOf('secret')).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OnlyTheServiceReads',
        ...denied,
        Action: ['secretsmanager:GetSecretValue'],
        Condition: { ...notAService, ArnNotLike: { 'aws:PrincipalArn': [role('user-service-dev')] } },
      },
      {
        Sid: 'OnlyTheSyncWrites',
        ...denied,
        Action: [
          'secretsmanager:PutSecretValue',
          'secretsmanager:RotateSecret',
          'secretsmanager:UpdateSecret',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        Condition: { ...notAService, ArnNotLike: { 'aws:PrincipalArn': [role('sync')] } },
      },
    ],
  });
});

test('a secret of a stage with administrators is for nobody else, and never without them', () => {
  const administrators = [role('admin')];
  const { Statement } = documentOf(
    'secret',
    subjectOf({ principals: { ...everyPrincipal, administrators } }),
  );
  const spared = Statement.map(({ Condition }) => Condition?.['ArnNotLike']?.['aws:PrincipalArn']);
  expect(spared).toEqual([
    [role('user-service-dev')],
    [role('sync'), role('admin')],
    [role('sync'), role('user-service-dev'), role('admin'), `arn:aws:iam::${account}:root`],
  ]);
});

test.each<[PolicyKind, readonly string[]]>([
  ['provision', ['iam:CreateServiceLinkedRole', 'kms:ReplicateKey']],
  ['rotate', ['iam:CreateServiceLinkedRole', 'kms:CreateAlias', 'kms:ReplicateKey']],
])('%s: what replicas alone need is granted with replicas alone', (kind, more) => {
  const granted = (replicaRegions?: string[]) =>
    grantedBy([
      documentOf(kind, subjectOf({ principals: everyPrincipal, ...(replicaRegions && { replicaRegions }) })),
    ]);
  const without = granted();
  expect(granted(['us-east-1']).filter((action) => !without.includes(action))).toEqual(more);
});

test('with a role that rotates, that one may put the secret under another key, and nothing else', () => {
  const rotate = [role('rotate')];
  const { Statement } = documentOf('secret', subjectOf({ principals: { ...everyPrincipal, rotate } }));
  expect(Statement.map(({ Sid, Action, Condition }) => [Sid, Action, Condition?.['ArnNotLike']])).toEqual([
    [expect.anything(), ['secretsmanager:GetSecretValue'], expect.anything()],
    [
      'OnlyTheSyncWrites',
      [
        'secretsmanager:PutSecretValue',
        'secretsmanager:RotateSecret',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      { 'aws:PrincipalArn': [role('sync')] },
    ],
    [
      'OnlySyncAndRotateUpdate',
      ['secretsmanager:UpdateSecret'],
      { 'aws:PrincipalArn': [role('sync'), role('rotate')] },
    ],
  ]);
});

test('a secret policy needs principals', () => {
  const thrown = () => documentOf('secret', subjectOf());
  expect(thrown).toThrow('has no principals');
  try {
    thrown();
  } catch (error) {
    expect(toProblem(error).fix).toContain('"principals"');
  }
});

test.each(policyKinds)('%s: nothing of another service or stage, in any partition', (kind) => {
  for (const region of ['eu-west-1', 'cn-north-1', 'us-gov-west-1']) {
    const partition = { e: 'aws', c: 'aws-cn', u: 'aws-us-gov' }[region.charAt(0)];
    const document = documentOf(kind, subjectOf({ principals: everyPrincipal }, { region }));
    const text = JSON.stringify(document);
    for (const { Resource, Condition } of document.Statement) {
      if (kind !== 'prune' && Resource.some((arn) => arn.endsWith(':secret:*')))
        expect(Condition?.['StringEquals']?.['aws:ResourceTag/service']).toEqual(['user-service']);
    }
    const arns = text.match(/arn:[^"]*/g) ?? [];
    for (const arn of arns.filter((one) => !one.includes(':iam:'))) {
      expect(arn.startsWith(`arn:${partition}:`)).toBe(true);
      // Services that are gone have no name: tags tell which secrets are meant.
      if (kind === 'prune') expect(text).toContain('"aws:ResourceTag/stage":["dev"]');
      else
        expect(arn).toMatch(
          /:secret:\/services\/user-service\/dev-\?{6}$|:secret:\*$|:key\/\*$|:alias\/user-service-dev$/,
        );
    }
  }
});

test.each(policyKinds)('%s: no wildcard in an action but where everything is denied', (kind) => {
  for (const { Effect, Action, Sid } of documentOf(kind).Statement) {
    if (Effect === 'Allow') expect(`${Sid} ${Action.join(' ')}`).not.toContain('*');
  }
});

test.each(['sync', 'developer', 'runtime', 'provision'] as const)(
  '%s: statements on every key of the account have conditions that tell the key',
  (kind) => {
    for (const { Effect, Resource, Condition, Sid } of documentOf(kind).Statement) {
      // Lists are about no key in particular: AWS takes nothing but * for them.
      if (Sid === 'ListKeys' || Effect === 'Deny') continue;
      if (!Resource.some((arn) => arn === '*' || arn.endsWith('key/*'))) continue;
      expect(`${Sid} ${JSON.stringify(Condition)}`).toContain('user-service');
    }
  },
);
