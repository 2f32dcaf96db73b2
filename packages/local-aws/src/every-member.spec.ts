import * as kms from '@aws-sdk/client-kms';
import * as secrets from '@aws-sdk/client-secrets-manager';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import { kmsOperations } from './kms';
import type { Operations } from './operation/operation';
import { secretsManagerOperations } from './secrets-manager';
import { ssmOperations } from './ssm';
import { stsOperations } from './sts';
import { operationCalls } from './operation-calls.test-kit';

/** The members of an operation's input as the SDK's model of AWS has them. */
function modelMembers(client: object, operation: string): readonly string[] {
  const Command = (client as Record<string, new (input: object) => { schema: readonly unknown[] }>)[
    `${operation}Command`
  ]!;
  const input = new Command({}).schema[4] as readonly unknown[] | (() => readonly unknown[]);
  const structure = typeof input === 'function' ? input() : input;
  return (structure[4] ?? []) as readonly string[];
}

const services: readonly [string, object, Operations][] = [
  ['kms', kms, kmsOperations],
  ['secretsmanager', secrets, secretsManagerOperations],
  ['ssm', ssm, ssmOperations],
  ['sts', sts, stsOperations],
];
const operations = services.flatMap(([service, client, all]) =>
  Object.entries(all).map(([name, { members }]) => ({ service, client, name, members })),
);

describe('every member that AWS has', () => {
  it.each(operations)('is read or refused by $service:$name', ({ client, name, members }) => {
    const expected = modelMembers(client, name);
    expect(members).toEqual(expect.arrayContaining([...expected]));
    expect(expected).toEqual(expect.arrayContaining([...members]));
  });
});

describe('a member that is not evaluated', () => {
  const key = { KeyId: 'alias/a' };
  const blob = 'AAAA';
  const recipient = {
    Recipient: { KeyEncryptionAlgorithm: 'RSAES_OAEP_SHA_256', AttestationDocument: blob },
  };
  const grants = { GrantTokens: ['token'] };
  it.each<[string, object, string]>([
    ['kms:Encrypt', { ...key, Plaintext: blob, ...grants }, 'InvalidGrantTokenException'],
    ['kms:Decrypt', { CiphertextBlob: blob, ...grants }, 'InvalidGrantTokenException'],
    ['kms:Decrypt', { CiphertextBlob: blob, ...recipient }, 'ValidationException'],
    ['kms:Decrypt', { CiphertextBlob: blob, DryRunModifiers: ['IGNORE_CIPHERTEXT'] }, 'ValidationException'],
    [
      'kms:ReEncrypt',
      { CiphertextBlob: blob, DestinationKeyId: 'alias/a', ...grants },
      'InvalidGrantTokenException',
    ],
    ['kms:GenerateDataKey', { ...key, KeySpec: 'AES_256', ...grants }, 'InvalidGrantTokenException'],
    ['kms:GenerateDataKey', { ...key, KeySpec: 'AES_256', ...recipient }, 'ValidationException'],
    [
      'kms:GenerateDataKeyWithoutPlaintext',
      { ...key, KeySpec: 'AES_256', ...grants },
      'InvalidGrantTokenException',
    ],
    ['kms:DescribeKey', { ...key, ...grants }, 'InvalidGrantTokenException'],
    ['kms:CreateKey', { CustomKeyStoreId: 'cks-1' }, 'ValidationException'],
    ['kms:CreateKey', { XksKeyId: 'x' }, 'ValidationException'],
    ['secretsmanager:CreateSecret', { Name: 'b', Type: 'partner' }, 'ValidationException'],
    ['secretsmanager:UpdateSecret', { SecretId: 'a', Type: 'partner' }, 'ValidationException'],
    [
      'secretsmanager:PutSecretValue',
      { SecretId: 'a', SecretString: 'x', RotationToken: 'x'.repeat(36) },
      'ValidationException',
    ],
    [
      'secretsmanager:RotateSecret',
      { SecretId: 'a', ExternalSecretRotationRoleArn: 'arn:aws:iam::123456789012:role/r' },
      'ValidationException',
    ],
    [
      'secretsmanager:RotateSecret',
      { SecretId: 'a', ExternalSecretRotationMetadata: [{ Key: 'a', Value: 'b' }] },
      'ValidationException',
    ],
    [
      'ssm:PutParameter',
      { Name: 'a', Value: 'x', Type: 'String', AllowedPattern: '.*' },
      'ValidationException',
    ],
    ['ssm:PutParameter', { Name: 'a', Value: 'x', Type: 'String', Policies: '[{}]' }, 'ValidationException'],
    [
      'ssm:PutParameter',
      { Name: 'a', Value: 'ami-1', Type: 'String', DataType: 'aws:ec2:image' },
      'ValidationException',
    ],
    ['ssm:DescribeParameters', { Filters: [{ Key: 'Name', Values: ['a'] }] }, 'ValidationException'],
    ['ssm:DescribeParameters', { Shared: true }, 'ValidationException'],
  ])('%s with %j ends in %3$s', (action, input, expected) => {
    const { call, errorOf } = operationCalls();
    const { KeyId } = call('kms:CreateKey')['KeyMetadata'] as { KeyId: string };
    call('kms:CreateAlias', { AliasName: 'alias/a', TargetKeyId: KeyId });
    call('secretsmanager:CreateSecret', { Name: 'a', SecretString: 'x' });
    expect(errorOf(action, input)).toBe(expected);
  });

  it('does not matter where it says nothing', () => {
    const { call, errorOf } = operationCalls();
    const { KeyId } = call('kms:CreateKey')['KeyMetadata'] as { KeyId: string };
    expect(errorOf('kms:DescribeKey', { KeyId, GrantTokens: [] })).toBe('no error');
    expect(errorOf('kms:Encrypt', { KeyId, Plaintext: 'AAAA', GrantTokens: null })).toBe('no error');
  });
});
