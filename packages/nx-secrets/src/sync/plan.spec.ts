import type { EncryptedFile } from 'sops-codec';
import type { Ancestry } from './ancestry';
import { needsHistory, plan, type Overrides } from './plan';
import type { Action, Desired } from './states';
import type { Remote, RemoteSecret } from '../aws/secrets-manager/remote-secret';

const token = 'b'.repeat(64);
const earlier = 'a'.repeat(64);
const keyArn = 'arn:aws:kms:eu-west-1:111122223333:alias/user-service-dev';

const desired: Desired = {
  names: {
    service: 'user-service',
    stage: 'dev',
    secretName: '/services/user-service/dev',
    keyAlias: 'alias/user-service-dev',
    address: { root: 'services/user-service', project: '@acme/users' },
  },
  path: 'services/user-service/secrets/dev.enc.yaml',
  scope: { region: 'eu-west-1', accountId: '111122223333' },
  keyArn,
  token,
  output: 'json',
  description: 'Secrets of user-service, stage dev',
  replicaRegions: [],
  file: {} as EncryptedFile,
  uncommitted: false,
  tags: { 'managed-by': 'nx-secrets', service: 'user-service', stage: 'dev' },
};

const remote = (differences: Partial<RemoteSecret> = {}): RemoteSecret => ({
  kind: 'present',
  arn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:/services/user-service/dev-AbCdEf',
  kmsKeyId: keyArn,
  tags: desired.tags,
  deletion: 'none',
  rotation: false,
  description: desired.description,
  owningService: undefined,
  replicaOf: undefined,
  replicas: new Map(),
  current: token,
  previous: undefined,
  versions: new Set([token]),
  ...differences,
});

const none: Overrides = { overwrite: new Set(), adopt: new Set() };
const named = new Set([desired.names.secretName]);

const rows: readonly [
  string,
  Remote,
  Ancestry,
  Overrides,
  Action | { kind: 'refuse'; says: string; fix: string },
][] = [
  ['none there', { kind: 'absent' }, 'unknown', none, { kind: 'create' }],
  ['the token is current', remote(), 'unknown', none, { kind: 'unchanged' }],
  [
    '… with another region replicated than is wanted',
    remote({ replicas: new Map([['us-east-1', { failure: 'no key' }]]) }),
    'unknown',
    none,
    { kind: 'unchanged' },
  ],
  [
    '… under the alias by name',
    remote({ kmsKeyId: 'alias/user-service-dev' }),
    'unknown',
    none,
    { kind: 'unchanged' },
  ],
  [
    '… under another key',
    remote({ kmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:alias/payment-service-dev' }),
    'unknown',
    none,
    { kind: 'repair', repairs: { key: 'arn:aws:kms:eu-west-1:111122223333:alias/payment-service-dev' } },
  ],
  [
    '… under the default key',
    remote({ kmsKeyId: undefined }),
    'unknown',
    none,
    { kind: 'repair', repairs: { key: 'the default key of Secrets Manager' } },
  ],
  [
    '… a tag is gone',
    remote({ tags: { 'managed-by': 'nx-secrets', service: 'user-service' } }),
    'unknown',
    none,
    { kind: 'repair', repairs: { tags: { stage: 'dev' } } },
  ],
  [
    'an earlier revision is current',
    remote({ current: earlier, versions: new Set([earlier]) }),
    'earlier',
    none,
    { kind: 'update', from: earlier, repairs: {} },
  ],
  [
    'an earlier revision is current and the token exists',
    remote({ current: earlier, versions: new Set([earlier, token]) }),
    'earlier',
    none,
    { kind: 'promote', from: earlier, repairs: {} },
  ],
  [
    'a version exists but none is current',
    remote({ current: undefined, versions: new Set([token]) }),
    'unknown',
    none,
    { kind: 'promote', from: undefined, repairs: {} },
  ],
  [
    'no version at all',
    remote({ current: undefined, versions: new Set() }),
    'unknown',
    none,
    { kind: 'update', from: undefined, repairs: {} },
  ],
  [
    'current is not a revision',
    remote({ current: 'x' }),
    'unknown',
    none,
    { kind: 'refuse', says: 'changed outside Git', fix: '--overwrite=/services/user-service/dev' },
  ],
  [
    'current is not a revision, the token exists',
    remote({ current: 'x', versions: new Set(['x', token]) }),
    'unknown',
    none,
    { kind: 'refuse', says: 'changed outside Git', fix: '--overwrite' },
  ],
  [
    'current is not a revision, overridden',
    remote({ current: 'x', versions: new Set(['x']) }),
    'unknown',
    { ...none, overwrite: named },
    { kind: 'update', from: 'x', repairs: {} },
  ],
  [
    'current is not a revision, adopted: where it says the same as the file',
    remote({ current: 'x', versions: new Set(['x']) }),
    'unknown',
    { ...none, adopt: named },
    { kind: 'update', from: 'x', repairs: {}, compare: true },
  ],
  [
    'current is not a revision, another adopted',
    remote({ current: 'x', versions: new Set(['x']) }),
    'unknown',
    { ...none, adopt: new Set(['/services/other/dev']) },
    { kind: 'refuse', says: 'changed outside Git', fix: '--overwrite' },
  ],
  [
    'current is not a revision, another overridden',
    remote({ current: 'x' }),
    'unknown',
    { ...none, overwrite: new Set(['/services/user-service/prod']) },
    { kind: 'refuse', says: 'changed outside Git', fix: '--overwrite' },
  ],
  [
    'a shallow clone',
    remote({ current: 'x' }),
    'shallow',
    none,
    { kind: 'refuse', says: 'shallow', fix: 'fetch-depth: 0' },
  ],
  [
    'no Git',
    remote({ current: 'x' }),
    'unavailable',
    none,
    { kind: 'refuse', says: 'no Git history', fix: 'Git checkout' },
  ],
  [
    'not managed',
    remote({ tags: {} }),
    'earlier',
    none,
    { kind: 'refuse', says: 'was not created by nx-secrets', fix: '--adopt=/services/user-service/dev' },
  ],
  [
    'not managed, adopted',
    remote({ tags: {} }),
    'earlier',
    { ...none, adopt: named },
    { kind: 'repair', repairs: { tags: desired.tags } },
  ],
  [
    'not managed, adopted, with a value that is not a revision',
    remote({ tags: {}, current: 'x', versions: new Set(['x']) }),
    'unknown',
    { ...none, adopt: named },
    { kind: 'update', from: 'x', repairs: { tags: desired.tags }, compare: true },
  ],
  [
    'not managed, adopted, with an earlier revision',
    remote({ tags: {}, current: earlier, versions: new Set([earlier]) }),
    'earlier',
    { ...none, adopt: named },
    { kind: 'update', from: earlier, repairs: { tags: desired.tags } },
  ],
  [
    'not managed, adopted and overridden',
    remote({ tags: {}, current: 'x', versions: new Set(['x']) }),
    'unknown',
    { overwrite: named, adopt: named },
    { kind: 'update', from: 'x', repairs: { tags: desired.tags } },
  ],
  [
    'of another service',
    remote({ tags: { ...desired.tags, service: 'payment-service' } }),
    'earlier',
    none,
    { kind: 'refuse', says: 'another service', fix: 'Rename' },
  ],
  [
    'of another stage',
    remote({ tags: { ...desired.tags, stage: 'prod' } }),
    'earlier',
    none,
    { kind: 'refuse', says: 'another stage', fix: 'Rename' },
  ],
  [
    'scheduled for deletion, the token is current',
    remote({ deletion: 'scheduled' }),
    'unknown',
    none,
    { kind: 'refuse', says: 'is scheduled for deletion', fix: '--restore=/services/user-service/dev' },
  ],
  [
    '… and it is to be restored',
    remote({ deletion: 'scheduled' }),
    'unknown',
    { ...none, restore: named },
    { kind: 'repair', repairs: { restore: true } },
  ],
  [
    '… and all are',
    remote({ deletion: 'scheduled' }),
    'unknown',
    { ...none, restore: 'all' },
    { kind: 'repair', repairs: { restore: true } },
  ],
  [
    '… and another one is',
    remote({ deletion: 'scheduled' }),
    'unknown',
    { ...none, restore: new Set(['/services/user-service/prod']) },
    { kind: 'refuse', says: 'is scheduled for deletion', fix: 'git rm services/user-service/secrets/' },
  ],
  [
    'scheduled for deletion, an earlier revision is current',
    remote({ deletion: 'scheduled', current: earlier, versions: new Set([earlier]) }),
    'earlier',
    none,
    { kind: 'update', from: earlier, repairs: { restore: true } },
  ],
  [
    'scheduled for deletion, a change by hand is current',
    remote({ deletion: 'scheduled', current: earlier, versions: new Set([earlier]) }),
    'unknown',
    none,
    { kind: 'refuse', says: 'not a revision of this file', fix: '--overwrite' },
  ],
  [
    'another description',
    remote({ description: 'by hand' }),
    'unknown',
    none,
    { kind: 'repair', repairs: { description: desired.description } },
  ],
  [
    'rolled back: a later revision was deployed before',
    remote({ current: earlier, previous: 'c'.repeat(64), versions: new Set([earlier]) }),
    'rolled-back',
    none,
    { kind: 'refuse', says: 'it was rolled back, or reverted by a commit', fix: '--overwrite' },
  ],
  [
    'the dates of versions do not show that it came after the one before',
    remote({ current: earlier, previous: 'c'.repeat(64), versions: new Set([earlier]) }),
    'unordered',
    none,
    { kind: 'refuse', says: 'which is not older according to AWS', fix: '--overwrite' },
  ],
  [
    'an --overwrite of a pushed version labels what it replaces',
    remote({ current: earlier, versions: new Set([earlier, token]) }),
    'unknown',
    { ...none, overwrite: named },
    { kind: 'promote', from: earlier, repairs: {}, overwritten: { from: undefined, to: earlier } },
  ],
  [
    '… and takes the label from what another one has replaced',
    remote({ current: earlier, overwritten: token, versions: new Set([earlier, token]) }),
    'unknown',
    { ...none, overwrite: named },
    { kind: 'promote', from: earlier, repairs: {}, overwritten: { from: token, to: earlier } },
  ],
  [
    '… which may be the same, after a run that was killed',
    remote({ current: earlier, overwritten: earlier, versions: new Set([earlier]) }),
    'unknown',
    { ...none, overwrite: named },
    { kind: 'update', from: earlier, repairs: {} },
  ],
  [
    'the push after an --overwrite takes the label away',
    remote({ current: earlier, overwritten: 'c'.repeat(64), versions: new Set([earlier]) }),
    'earlier',
    none,
    {
      kind: 'update',
      from: earlier,
      repairs: {},
      overwritten: { from: 'c'.repeat(64), to: undefined },
    },
  ],
  [
    'rotated',
    remote({ rotation: true }),
    'earlier',
    none,
    { kind: 'refuse', says: 'rotated', fix: 'cancel-rotate-secret' },
  ],
  [
    'a replica',
    remote({ replicaOf: 'eu-central-1' }),
    'earlier',
    { overwrite: named, adopt: named },
    { kind: 'refuse', says: 'a replica of the secret in eu-central-1', fix: 'stop-replication-to-replica' },
  ],
  [
    'owned by a service of AWS',
    remote({ owningService: 'rds' }),
    'earlier',
    { ...none, adopt: named },
    { kind: 'refuse', says: 'another AWS service (rds)', fix: 'Rename' },
  ],
];

test.each(rows)('%s', (_, state, ancestry, overrides, expected) => {
  const action = plan(desired, state, ancestry, overrides);
  if (!('says' in expected)) {
    expect(action).toEqual(expected);
    return;
  }
  expect(action.kind).toBe('refuse');
  const problem = action.kind === 'refuse' ? action.problem : undefined;
  expect(problem?.what).toContain(expected.says);
  expect(problem?.fix).toContain(expected.fix);
  expect(problem?.where).toContain(desired.path);
});

test.each(rows)('history is asked for only where the plan depends on it: %s', (_, state, __, overrides) => {
  const answers = (['earlier', 'unknown'] as const).map((ancestry) =>
    JSON.stringify(plan(desired, state, ancestry, overrides)),
  );
  expect(needsHistory(desired, state, overrides)).toBe(answers[0] !== answers[1]);
});

describe('replicas', () => {
  const replicated: Desired = { ...desired, replicaRegions: ['us-east-1', 'us-west-2'] };
  const failed = new Map([
    ['us-east-1', {}],
    ['us-west-2', { failure: 'no key there' }],
  ]);

  test.each<[string, Partial<RemoteSecret>, Action]>([
    [
      'one is missing',
      { replicas: new Map([['us-east-1', {}]]) },
      { kind: 'repair', repairs: { replicas: ['us-west-2'] } },
    ],
    [
      'both are missing, and the value is an earlier one',
      { current: earlier },
      { kind: 'update', from: earlier, repairs: { replicas: ['us-east-1', 'us-west-2'] } },
    ],
    [
      'one failed, and there is a value to push',
      { current: earlier, replicas: failed },
      { kind: 'update', from: earlier, repairs: {} },
    ],
  ])('%s', (_, found, action) => {
    const versions = new Set([found.current ?? token]);
    expect(plan(replicated, remote({ versions, ...found }), 'earlier', none)).toEqual(action);
  });

  test('one failed: refused with the reason', () => {
    const action = plan(replicated, remote({ replicas: failed }), 'unknown', none);
    expect(action).toMatchObject({
      kind: 'refuse',
      problem: { what: expect.stringContaining('no key there') as string },
    });
  });
});
