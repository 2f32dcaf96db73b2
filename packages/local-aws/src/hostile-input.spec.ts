import fc from 'fast-check';
import { kmsOperations } from './kms';
import { secretsManagerOperations } from './secrets-manager';
import { ssmOperations } from './ssm';
import { stsOperations } from './sts';
import { operationCalls } from './operation-calls.test-kit';

const actions = [
  ...Object.keys(kmsOperations).map((name) => `kms:${name}`),
  ...Object.keys(secretsManagerOperations).map((name) => `secretsmanager:${name}`),
  ...Object.keys(ssmOperations).map((name) => `ssm:${name}`),
  ...Object.keys(stsOperations).map((name) => `sts:${name}`),
];

const members = [
  'KeyId',
  'AliasName',
  'TargetKeyId',
  'DestinationKeyId',
  'Plaintext',
  'CiphertextBlob',
  'EncryptionContext',
  'NumberOfBytes',
  'KeySpec',
  'Policy',
  'Tags',
  'TagKeys',
  'Limit',
  'Marker',
  'PendingWindowInDays',
  'SecretId',
  'Name',
  'SecretString',
  'SecretBinary',
  'ClientRequestToken',
  'KmsKeyId',
  'VersionStage',
  'VersionStages',
  'VersionId',
  'MoveToVersionId',
  'RemoveFromVersionId',
  'ResourcePolicy',
  'AddReplicaRegions',
  'RemoveReplicaRegions',
  'Filters',
  'SecretIdList',
  'NextToken',
  'RotationLambdaARN',
  'RotationRules',
  'RoleArn',
  'RoleSessionName',
  'WebIdentityToken',
  'Names',
  'Path',
  'Value',
  'Type',
  'Tier',
  'Overwrite',
  'ParameterFilters',
  'MaxResults',
];
const hostile = fc.constantFrom<unknown>(
  '__proto__',
  'constructor',
  'a',
  'alias/a',
  'alias/aws/secretsmanager',
  'a'.repeat(40),
  'arn:aws:kms:eu-west-1:123456789012:key/__proto__',
  'arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AbCdEf',
  'arn:aws:iam::123456789012:role/',
  '/a/b',
  'String',
  'SecureString',
  'arn:aws:ssm:eu-west-1:123456789012:parameter/a:1',
  '\u0000',
  '\ud800',
  'AAAA',
  '{"Statement":[null]}',
  'e30.e30.e30',
  JSON.parse('{"__proto__":{"toString":1},"a":"b"}'),
  [
    {
      TagKey: 'a',
      TagValue: 'b',
      Key: 'name',
      Value: 'b',
      Values: ['!'],
      Option: 'Equals',
      Region: 'us-east-1',
    },
  ],
  ['a', 'a'],
  -1,
  1e308,
);
const input = fc.dictionary(fc.constantFrom(...members), fc.oneof(hostile, fc.jsonValue()));

describe('hostile input', () => {
  it.each(actions)('%s answers with an output or an error of AWS, never fails inside', (action) => {
    fc.assert(
      fc.property(fc.oneof(input, input, fc.jsonValue()), (value) => {
        const { call, errorOf } = operationCalls();
        call('kms:CreateAlias', {
          AliasName: 'alias/a',
          TargetKeyId: (call('kms:CreateKey')['KeyMetadata'] as { KeyId: string }).KeyId,
        });
        call('secretsmanager:CreateSecret', { Name: 'a', SecretString: 'x' });
        call('ssm:PutParameter', { Name: '/a/b', Value: 'x', Type: 'SecureString' });
        expect(typeof errorOf(action, value as object)).toBe('string');
      }),
      { numRuns: 40 },
    );
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });
});
