import { parseKeyArn } from '../aws/arn';
import type { Key } from '../aws/kms/keys';
import { foreignKeyProblem, type KeyTarget } from './foreign-key';

const id = `mrk-${'a1'.repeat(16)}`;
const arn = `arn:aws:kms:eu-west-1:111122223333:key/${id}`;
const names = {
  service: 'api',
  stage: 'prod',
  secretName: '/services/api/prod',
  keyAlias: 'alias/api-prod',
  foreignKey: parseKeyArn(arn)!,
  address: { root: 'apps/api' },
};
const use = {
  names,
  scope: { region: 'eu-west-1', accountId: '111122223333' },
  where: 'apps/api/.sops.yaml',
};
const key = (more: Partial<Key> = {}): KeyTarget => ({
  kind: 'key',
  key: {
    ...{ arn, id, state: 'Enabled', description: 'Platform', createdAt: 0, deletionDate: undefined },
    ...{
      spec: 'SYMMETRIC_DEFAULT',
      manager: 'CUSTOMER',
      regions: { kind: 'primary', replicas: ['us-east-1'] },
    },
    ...more,
  },
});
const there = 'us-east-1';
const problem = (own: KeyTarget, replica?: KeyTarget) =>
  foreignKeyProblem(
    { ...use, replicaRegions: replica ? [there] : [] },
    own,
    new Map(replica ? [[there, replica]] : []),
  );

test.each<[string, KeyTarget, KeyTarget?]>([
  ['a key of one region', key({ regions: { kind: 'single' } })],
  ['a key with its replica', key(), key({ regions: { kind: 'replica', primary: 'eu-west-1' } })],
  ['a replica of a key elsewhere', key({ regions: { kind: 'replica', primary: 'eu-north-1' } }), key()],
  ['a key that was ours, and is the same stage’s', key({ description: 'Secrets of api, stage prod' })],
  ['what nobody lets us see', { kind: 'unseen' }, { kind: 'unseen' }],
])('%s is as it should be', (_, own, replica = undefined) => {
  expect(problem(own, replica)).toBeUndefined();
});

test.each<[string, string, RegExp, KeyTarget, KeyTarget?]>([
  ['it does not exist', 'noKey', /Ask whoever makes it/, { kind: 'none' }],
  ['it is disabled', 'keyDisabled', /aws kms enable-key --region eu-west-1/, key({ state: 'Disabled' })],
  [
    'its deletion is scheduled',
    'keyDeletionScheduled',
    /on 2027-01-02[^]*aws kms cancel-key-deletion --region eu-west-1/,
    key({ state: 'PendingDeletion', deletionDate: '2027-01-02T00:00:00Z' }),
  ],
  ['it has no material', 'keyNotReady', /PendingImport/, key({ state: 'PendingImport' })],
  ['AWS manages it', 'unsupportedKey', /managed by AWS/, key({ manager: 'AWS' })],
  ['it is not symmetric', 'unsupportedKey', /RSA_2048/, key({ spec: 'RSA_2048' })],
  [
    'it is the key of another service',
    'keyOfAnother',
    /service web, stage prod/,
    key({ description: 'Secrets of web, stage prod' }),
  ],
  [
    'it is the key of another stage, not in use yet',
    'keyOfAnother',
    /service api, stage dev/,
    key({ description: 'Secrets of api, stage dev (not in use yet)' }),
  ],
  [
    'it is for one region',
    'singleRegionKey',
    /multi-Region key/,
    key({ regions: { kind: 'single' } }),
    { kind: 'none' },
  ],
  [
    'it has no replica',
    'noReplicaKey',
    /--region eu-west-1 .*--replica-region us-east-1/,
    key(),
    { kind: 'none' },
  ],
  [
    'it has no replica, and its primary is elsewhere',
    'noReplicaKey',
    /replicate-key --region eu-north-1/,
    key({ regions: { kind: 'replica', primary: 'eu-north-1' } }),
    { kind: 'none' },
  ],
  [
    'its replica is disabled',
    'keyDisabled',
    /enable-key --region us-east-1/,
    key(),
    key({ state: 'Disabled' }),
  ],
])('%s: %s', (_, code, text, own, replica = undefined) => {
  const found = problem(own, replica);
  expect(found).toMatchObject({ code, where: 'apps/api/.sops.yaml, stage prod' });
  expect(`${found?.what}\n${found?.fix}`).toMatch(text);
  // Nothing of ours puts a key of somebody else right.
  expect(found?.fix).not.toMatch(/provision-keys|rotate --key|--adopt|--enable\b/);
});
