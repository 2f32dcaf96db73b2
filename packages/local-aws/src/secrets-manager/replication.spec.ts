import { operationCalls } from '../operation-calls.test-kit';

const SecretId = 'a';
const there = 'us-east-1';

function withReplica(AddReplicaRegions: object[] = [{ Region: there }]) {
  const aws = operationCalls();
  aws.call('secretsmanager:CreateSecret', { Name: SecretId, SecretString: 'one', AddReplicaRegions });
  return aws;
}

describe('replicas', () => {
  it('have the same name, suffix, value and labels in their own region', () => {
    const { call } = withReplica();
    const primary = call('secretsmanager:DescribeSecret', { SecretId });
    expect(primary).toMatchObject({
      PrimaryRegion: 'eu-west-1',
      ReplicationStatus: [{ Region: there, Status: 'InSync', KmsKeyId: 'alias/aws/secretsmanager' }],
    });
    const replica = call('secretsmanager:DescribeSecret', { SecretId }, there);
    expect(replica).toMatchObject({
      ARN: String(primary['ARN']).replace('eu-west-1', there),
      PrimaryRegion: 'eu-west-1',
      VersionIdsToStages: primary['VersionIdsToStages'],
    });
    expect(call('secretsmanager:GetSecretValue', { SecretId }, there)).toMatchObject({ SecretString: 'one' });
  });

  it('follow every change of the primary', () => {
    const { call } = withReplica();
    call('secretsmanager:PutSecretValue', { SecretId, SecretString: 'two' });
    call('secretsmanager:TagResource', { SecretId, Tags: [{ Key: 'k', Value: 'v' }] });
    const read = (more: object = {}) => call('secretsmanager:GetSecretValue', { SecretId, ...more }, there);
    expect(read()).toMatchObject({ SecretString: 'two' });
    expect(read({ VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'one' });
    expect(call('secretsmanager:DescribeSecret', { SecretId }, there)).toMatchObject({
      Tags: [{ Key: 'k', Value: 'v' }],
    });
  });

  it.each([
    ['PutSecretValue', { SecretString: 'x' }],
    ['UpdateSecret', { Description: 'x' }],
    ['TagResource', { Tags: [] }],
    ['DeleteSecret', {}],
    ['DeleteSecret', { ForceDeleteWithoutRecovery: true }],
  ])('cannot be changed where they are: %s', (operation, more) => {
    const { errorOf } = withReplica();
    const input = { SecretId, ...more };
    expect(errorOf(`secretsmanager:${operation}`, input, there)).toBe('InvalidParameterException');
  });

  it('keep their primary from being deleted until they are removed', () => {
    const { call, errorOf } = withReplica();
    expect(errorOf('secretsmanager:DeleteSecret', { SecretId })).toBe('InvalidParameterException');
    call('secretsmanager:RemoveRegionsFromReplication', { SecretId, RemoveReplicaRegions: [there] });
    expect(errorOf('secretsmanager:DescribeSecret', { SecretId }, there)).toBe('ResourceNotFoundException');
    expect(call('secretsmanager:DeleteSecret', { SecretId })).toMatchObject({ Name: SecretId });
  });

  it('become secrets of their own with StopReplicationToReplica', () => {
    const { call, errorOf } = withReplica();
    expect(errorOf('secretsmanager:StopReplicationToReplica', { SecretId })).toBe('InvalidRequestException');
    call('secretsmanager:StopReplicationToReplica', { SecretId }, there);
    call('secretsmanager:PutSecretValue', { SecretId, SecretString: 'own' }, there);
    expect(call('secretsmanager:GetSecretValue', { SecretId })).toMatchObject({ SecretString: 'one' });
    expect(call('secretsmanager:DescribeSecret', { SecretId })).not.toHaveProperty('ReplicationStatus');
  });

  it('fail where the name is taken, and overwrite it where that is asked for', () => {
    const { call } = operationCalls();
    call('secretsmanager:CreateSecret', { Name: SecretId, SecretString: 'theirs' }, there);
    call('secretsmanager:CreateSecret', { Name: SecretId, SecretString: 'ours' });
    const AddReplicaRegions = [{ Region: there }];
    const refused = call('secretsmanager:ReplicateSecretToRegions', { SecretId, AddReplicaRegions });
    expect(refused).toMatchObject({ ReplicationStatus: [{ Region: there, Status: 'Failed' }] });
    const read = () => call('secretsmanager:GetSecretValue', { SecretId }, there)['SecretString'];
    expect(read()).toBe('theirs');
    call('secretsmanager:RemoveRegionsFromReplication', { SecretId, RemoveReplicaRegions: [there] });
    expect(read()).toBe('theirs');
    const forced = { SecretId, AddReplicaRegions, ForceOverwriteReplicaSecret: true };
    expect(call('secretsmanager:ReplicateSecretToRegions', forced)).toMatchObject({
      ReplicationStatus: [{ Status: 'InSync' }],
    });
    expect(read()).toBe('ours');
  });

  it('fail with a key that is not in their region', () => {
    const { call, errorOf } = withReplica([{ Region: there, KmsKeyId: 'alias/none' }]);
    expect(call('secretsmanager:DescribeSecret', { SecretId })).toMatchObject({
      ReplicationStatus: [{ Status: 'Failed', KmsKeyId: 'alias/none' }],
    });
    expect(errorOf('secretsmanager:DescribeSecret', { SecretId }, there)).toBe('ResourceNotFoundException');
  });

  it.each(['eu-west-1', there])('cannot be added in %s', (Region) => {
    const { errorOf } = withReplica();
    const input = { SecretId, AddReplicaRegions: [{ Region }] };
    expect(errorOf('secretsmanager:ReplicateSecretToRegions', input)).toBe('InvalidParameterException');
  });
});
