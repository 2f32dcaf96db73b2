import { kmsOperations } from '../kms';
import { AwsError } from '../protocol/aws-error';
import { secretsManagerOperations } from '../secrets-manager';
import { ssmOperations } from '../ssm';
import { operationCalls } from '../operation-calls.test-kit';
import type { Identity } from './identity';
import { policy } from './iam.test-kit';
import { parsePolicy } from './parse-policy';

const account = '123456789012';
const replicaRegion = 'us-east-1';
const data = 'AAAA';
const open = JSON.stringify(
  policy({ Effect: 'Allow', Principal: { AWS: account }, Action: '*', Resource: '*' }),
);

/** An account with something for every operation. */
function withEverything() {
  const aws = operationCalls();
  const key = (input: object = {}) =>
    (aws.call('kms:CreateKey', input) as { KeyMetadata: { KeyId: string; Arn: string } }).KeyMetadata;
  const [one, two, wide, replicated, going] = [
    key(),
    key(),
    key({ MultiRegion: true }),
    key({ MultiRegion: true }),
    key(),
  ];
  aws.call('kms:CreateAlias', { AliasName: 'alias/one', TargetKeyId: one.KeyId });
  aws.call('kms:ReplicateKey', { KeyId: replicated.KeyId, ReplicaRegion: replicaRegion });
  aws.call('kms:ScheduleKeyDeletion', { KeyId: going.KeyId });
  const { CiphertextBlob } = aws.call('kms:Encrypt', { KeyId: one.KeyId, Plaintext: data });
  const secret = { Name: 'name', KmsKeyId: one.KeyId, SecretString: 'x', Tags: [{ Key: 'a', Value: 'b' }] };
  const { ARN, VersionId } = aws.call('secretsmanager:CreateSecret', secret);
  for (const Name of ['here', 'there']) aws.call('secretsmanager:CreateSecret', { Name, SecretString: 'x' });
  aws.call('secretsmanager:ReplicateSecretToRegions', {
    SecretId: 'there',
    AddReplicaRegions: [{ Region: replicaRegion }],
  });
  aws.call('ssm:PutParameter', { Name: '/a/b', Value: 'x', Type: 'SecureString', KeyId: one.KeyId });
  return {
    ...aws,
    one: one.KeyId,
    two: two.KeyId,
    wide: wide.KeyId,
    replicated: replicated.KeyId,
    going: going.KeyId,
    CiphertextBlob,
    ARN,
    VersionId,
  };
}

type Everything = ReturnType<typeof withEverything>;
type Row = readonly [
  operation: string,
  input: (all: Everything) => object,
  actions: readonly string[],
  region?: string,
];

const key = (all: Everything) => ({ KeyId: all.one });
const secret = { SecretId: 'name' };
const tag = [{ TagKey: 'a', TagValue: 'b' }];
const viaKms = ['kms:GenerateDataKey', 'kms:Decrypt'];

/** Every operation of KMS with the actions that it needs, each of them. */
const kms: readonly Row[] = [
  ['CreateKey', () => ({}), ['CreateKey']],
  ['CreateKey', () => ({ Tags: tag }), ['CreateKey', 'TagResource']],
  ['CreateKey', () => ({ MultiRegion: true }), ['CreateKey', 'iam:CreateServiceLinkedRole']],
  ['DescribeKey', key, ['DescribeKey']],
  ['DescribeKey', () => ({ KeyId: 'alias/one' }), ['DescribeKey']],
  ['ListKeys', () => ({}), ['ListKeys']],
  ['EnableKey', key, ['EnableKey']],
  ['DisableKey', key, ['DisableKey']],
  ['UpdateKeyDescription', (all) => ({ ...key(all), Description: 'x' }), ['UpdateKeyDescription']],
  ['CreateAlias', (all) => ({ AliasName: 'alias/new', TargetKeyId: all.one }), ['CreateAlias']],
  ['UpdateAlias', (all) => ({ AliasName: 'alias/one', TargetKeyId: all.two }), ['UpdateAlias']],
  ['DeleteAlias', () => ({ AliasName: 'alias/one' }), ['DeleteAlias']],
  ['ListAliases', key, ['ListAliases']],
  ['Encrypt', (all) => ({ ...key(all), Plaintext: data }), ['Encrypt']],
  ['Decrypt', ({ CiphertextBlob }) => ({ CiphertextBlob }), ['Decrypt']],
  ['Decrypt', (all) => ({ ...key(all), CiphertextBlob: all.CiphertextBlob }), ['Decrypt']],
  [
    'ReEncrypt',
    ({ CiphertextBlob, two }) => ({ CiphertextBlob, DestinationKeyId: two }),
    ['ReEncryptFrom', 'ReEncryptTo'],
  ],
  ['GenerateDataKey', (all) => ({ ...key(all), KeySpec: 'AES_256' }), ['GenerateDataKey']],
  [
    'GenerateDataKeyWithoutPlaintext',
    (all) => ({ ...key(all), KeySpec: 'AES_256' }),
    ['GenerateDataKeyWithoutPlaintext'],
  ],
  ['EnableKeyRotation', key, ['EnableKeyRotation']],
  ['DisableKeyRotation', key, ['DisableKeyRotation']],
  ['GetKeyRotationStatus', key, ['GetKeyRotationStatus']],
  ['RotateKeyOnDemand', key, ['RotateKeyOnDemand']],
  ['ListKeyRotations', key, ['ListKeyRotations']],
  ['ScheduleKeyDeletion', key, ['ScheduleKeyDeletion']],
  ['CancelKeyDeletion', ({ going }) => ({ KeyId: going }), ['CancelKeyDeletion']],
  ['GetKeyPolicy', key, ['GetKeyPolicy']],
  ['PutKeyPolicy', (all) => ({ ...key(all), Policy: open }), ['PutKeyPolicy']],
  ['ListKeyPolicies', key, ['ListKeyPolicies']],
  ['ListGrants', key, ['ListGrants']],
  ['TagResource', (all) => ({ ...key(all), Tags: tag }), ['TagResource']],
  ['UntagResource', (all) => ({ ...key(all), TagKeys: ['a'] }), ['UntagResource']],
  ['ListResourceTags', key, ['ListResourceTags']],
  [
    'ReplicateKey',
    ({ wide }) => ({ KeyId: wide, ReplicaRegion: replicaRegion, Tags: tag }),
    ['ReplicateKey', 'CreateKey', 'TagResource'],
  ],
  [
    'UpdatePrimaryRegion',
    ({ replicated }) => ({ KeyId: replicated, PrimaryRegion: replicaRegion }),
    ['UpdatePrimaryRegion'],
  ],
];

/** Every operation of Secrets Manager, with what KMS is asked on the caller's behalf. */
const secretsManager: readonly Row[] = [
  ['CreateSecret', () => ({ Name: 'new' }), ['CreateSecret']],
  [
    'CreateSecret',
    ({ one }) => ({ Name: 'new', KmsKeyId: one, SecretString: 'x', Tags: [{ Key: 'a', Value: 'b' }] }),
    ['CreateSecret', 'TagResource', ...viaKms],
  ],
  [
    'CreateSecret',
    () => ({ Name: 'new', SecretString: 'x', AddReplicaRegions: [{ Region: replicaRegion }] }),
    ['CreateSecret', 'ReplicateSecretToRegions'],
  ],
  ['DescribeSecret', () => secret, ['DescribeSecret']],
  ['ListSecrets', () => ({}), ['ListSecrets']],
  ['ListSecretVersionIds', () => secret, ['ListSecretVersionIds']],
  ['GetSecretValue', () => secret, ['GetSecretValue', 'kms:Decrypt']],
  ['GetSecretValue', ({ ARN }) => ({ SecretId: ARN }), ['GetSecretValue', 'kms:Decrypt']],
  ['GetSecretValue', () => ({ SecretId: 'here' }), ['GetSecretValue']],
  [
    'BatchGetSecretValue',
    () => ({ Filters: [{ Key: 'name', Values: ['name'] }] }),
    ['BatchGetSecretValue', 'ListSecrets'],
  ],
  ['PutSecretValue', () => ({ ...secret, SecretString: 'y' }), ['PutSecretValue', ...viaKms]],
  ['UpdateSecret', () => ({ ...secret, Description: 'y' }), ['UpdateSecret']],
  ['UpdateSecret', () => ({ ...secret, SecretString: 'y' }), ['UpdateSecret', ...viaKms]],
  ['UpdateSecret', ({ two }) => ({ ...secret, KmsKeyId: two }), ['UpdateSecret', ...viaKms]],
  [
    'UpdateSecretVersionStage',
    ({ VersionId }) => ({ ...secret, VersionStage: 'new', MoveToVersionId: VersionId }),
    ['UpdateSecretVersionStage'],
  ],
  ['DeleteSecret', () => secret, ['DeleteSecret']],
  ['DeleteSecret', () => ({ ...secret, ForceDeleteWithoutRecovery: true }), ['DeleteSecret']],
  ['RestoreSecret', () => secret, ['RestoreSecret']],
  ['TagResource', () => ({ ...secret, Tags: [{ Key: 'c', Value: 'd' }] }), ['TagResource']],
  ['UntagResource', () => ({ ...secret, TagKeys: ['a'] }), ['UntagResource']],
  ['GetResourcePolicy', () => secret, ['GetResourcePolicy']],
  ['PutResourcePolicy', () => ({ ...secret, ResourcePolicy: open }), ['PutResourcePolicy']],
  ['DeleteResourcePolicy', () => secret, ['DeleteResourcePolicy']],
  ['ValidateResourcePolicy', () => ({ ...secret, ResourcePolicy: open }), ['ValidateResourcePolicy']],
  ['ValidateResourcePolicy', () => ({ ResourcePolicy: open }), ['ValidateResourcePolicy']],
  [
    'RotateSecret',
    () => ({ ...secret, RotationLambdaARN: `arn:aws:lambda:eu-west-1:${account}:function:f` }),
    ['RotateSecret'],
  ],
  ['CancelRotateSecret', () => secret, ['CancelRotateSecret']],
  [
    'ReplicateSecretToRegions',
    () => ({ SecretId: 'here', AddReplicaRegions: [{ Region: replicaRegion }] }),
    ['ReplicateSecretToRegions'],
  ],
  [
    'RemoveRegionsFromReplication',
    () => ({ SecretId: 'there', RemoveReplicaRegions: [replicaRegion] }),
    ['RemoveRegionsFromReplication'],
  ],
  ['StopReplicationToReplica', () => ({ SecretId: 'there' }), ['StopReplicationToReplica'], replicaRegion],
  ['GetRandomPassword', () => ({}), ['GetRandomPassword']],
];

const parameter = { Name: '/a/b' };
const decrypted = { WithDecryption: true };
const newParameter = { Name: '/a/new', Value: 'x', Type: 'String' };

/** Every operation of SSM Parameter Store, with what KMS is asked on the caller's behalf. */
const ssm: readonly Row[] = [
  ['PutParameter', () => newParameter, ['PutParameter']],
  [
    'PutParameter',
    () => ({ ...newParameter, Tags: [{ Key: 'a', Value: 'b' }] }),
    ['PutParameter', 'AddTagsToResource'],
  ],
  [
    'PutParameter',
    ({ one }) => ({ ...newParameter, Type: 'SecureString', KeyId: one }),
    ['PutParameter', 'kms:Encrypt'],
  ],
  [
    'PutParameter',
    ({ one }) => ({ ...newParameter, Type: 'SecureString', KeyId: one, Tier: 'Advanced' }),
    ['PutParameter', ...viaKms],
  ],
  ['GetParameter', () => parameter, ['GetParameter']],
  ['GetParameter', () => ({ ...parameter, ...decrypted }), ['GetParameter', 'kms:Decrypt']],
  ['GetParameters', () => ({ Names: ['/a/b'], ...decrypted }), ['GetParameters', 'kms:Decrypt']],
  ['GetParametersByPath', () => ({ Path: '/a', ...decrypted }), ['GetParametersByPath', 'kms:Decrypt']],
  ['DescribeParameters', () => ({}), ['DescribeParameters']],
  ['DeleteParameter', () => parameter, ['DeleteParameter']],
  ['DeleteParameters', () => ({ Names: ['/a/b'] }), ['DeleteParameters']],
];

function whoMay(actions: readonly string[]): Identity {
  const Statement = { Effect: 'Allow', Action: [...actions], Resource: '*' };
  const parsed = parsePolicy({ Version: '2012-10-17', Statement }, 'identity');
  if (parsed.kind === 'malformed') throw new Error(parsed.problem.what);
  const arn = `arn:aws:iam::${account}:user/ann`;
  return {
    principal: { kind: 'user', account, arn },
    policies: [parsed.policy],
    permissionBoundaries: [],
    context: [],
  };
}

function errorOf(run: () => void): string {
  try {
    run();
    return 'no error';
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
}

describe.each([
  ['kms', kms, kmsOperations],
  ['secretsmanager', secretsManager, secretsManagerOperations],
  ['ssm', ssm, ssmOperations],
] as const)('%s', (service, rows, operations) => {
  it('has every operation in the table', () => {
    expect([...new Set(rows.map(([name]) => name))].sort()).toEqual(Object.keys(operations).sort());
  });

  it.each(rows.map((row) => ({ name: row[0], row })))('$name needs exactly its actions (%#)', ({ row }) => {
    const [name, input, named, region] = row;
    const actions = named.map((item) => (item.includes(':') ? item : `${service}:${item}`));
    const attempt = (allowed: readonly string[]): string => {
      const all = withEverything();
      // Who sets a key's policy must be able to set it again, which is not what this table is about.
      const request = { BypassPolicyLockoutSafetyCheck: true, ...input(all) };
      return errorOf(() => all.callAs(whoMay(allowed), `${service}:${name}`, request, region));
    };
    expect(attempt(actions)).toBe('no error');
    for (const missing of actions) {
      const others = actions.filter((item) => item !== missing);
      const error = attempt(others.length === 0 ? ['s3:*'] : others);
      expect([missing, error]).toEqual([missing, 'AccessDeniedException']);
    }
  });
});
