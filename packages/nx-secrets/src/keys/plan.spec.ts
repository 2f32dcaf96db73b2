import type { ProblemCode } from '../problem-codes';
import { desiredKey, keyIdentity, keySettings } from './desired-key.test-kit';
import { unusedDescriptionOf } from '../aws/tags';
import type { KeyOverrides } from './blocker';
import { outline, plan } from './plan';
import type { DesiredKey, KeyAction, KeyIdentity, KeySettings, RemoteKey, RemoteReplica } from './states';

const desired = desiredKey();
const key = keyIdentity();
const none: KeyOverrides = { adopt: new Set(), enable: false };
const enable: KeyOverrides = { ...none, enable: true };
const unused = (id: string, more: Partial<KeyIdentity> = {}) =>
  keyIdentity({ id, description: unusedDescriptionOf(desired.names), ...more });

const act = (
  wanted: DesiredKey,
  found: KeyIdentity | readonly KeyIdentity[],
  overrides = none,
  settings: Partial<KeySettings> = {},
): KeyAction => {
  const remote: RemoteKey =
    'id' in found ? { kind: 'present', key: found } : { kind: 'absent', candidates: found, unreadable: [] };
  const outlined = outline(wanted, remote, overrides);
  return plan(
    wanted,
    outlined,
    outlined.kind === 'look' ? keySettings(wanted, settings) : undefined,
    overrides,
  );
};

describe('the alias exists', () => {
  test('and everything is right', () => {
    expect(act(desired, key)).toEqual({ kind: 'unchanged' });
  });

  const rows: [string, Partial<KeyIdentity>, Partial<KeySettings>, object][] = [
    ['rotation is off', {}, { rotationDays: undefined }, { rotation: { from: undefined } }],
    ['another period', {}, { rotationDays: 90 }, { rotation: { from: 90 } }],
    [
      'a tag is missing',
      { tags: { 'managed-by': 'nx-secrets', stage: 'dev', own: 'x' } },
      {},
      { tags: { service: 'user-service' } },
    ],
    ['another description', { description: 'mine' }, {}, { description: true }],
    [
      'a killed run left it as not in use',
      { description: unusedDescriptionOf(desired.names) },
      {},
      { description: true },
    ],
    [
      'another policy',
      {},
      { policy: '{"Version":"2012-10-17","Statement":[]}' },
      { policy: expect.arrayContaining([expect.objectContaining({ kind: 'added' })]) },
    ],
  ];
  test.each(rows)('repaired: %s', (_, more, settings, repairs) => {
    const found = keyIdentity(more);
    expect(act(desired, found, none, settings)).toEqual({ kind: 'repair', key: found, repairs });
  });

  const refused: [string, Partial<KeyIdentity>, ProblemCode, string, string][] = [
    [
      'another service',
      { tags: { ...key.tags, service: 'payment-service' } },
      'keyOfAnother',
      'the key of another service (its tag service is "payment-service"); it could not decrypt what the former key encrypted in services/user-service/secrets/dev.enc.yaml',
      'update-alias',
    ],
    [
      'another stage',
      { tags: { ...key.tags, stage: 'prod' } },
      'keyOfAnother',
      'the key of another stage',
      'update-alias',
    ],
    [
      'a key of somebody else',
      { tags: {} },
      'foreignKey',
      'which nx-secrets did not create',
      '--adopt=alias/user-service-dev',
    ],
    [
      "one of AWS's own",
      { manager: 'AWS' },
      'unsupportedKey',
      'not a symmetric customer managed key',
      'keyAlias',
    ],
    ['an RSA key', { spec: 'RSA_2048' }, 'unsupportedKey', 'RSA_2048', 'keyAlias'],
    [
      'a replica',
      { regions: { kind: 'replica', primary: 'us-east-1' } },
      'aliasOfReplica',
      'its primary key is in us-east-1',
      'update-primary-region',
    ],
    [
      'a disabled key',
      { state: 'Disabled' },
      'keyDisabled',
      'is disabled; services/user-service/secrets/dev.enc.yaml cannot be decrypted',
      '--enable',
    ],
    [
      'a key pending deletion',
      { state: 'PendingDeletion', deletionDate: '2026-02-03T00:00:00.000Z' },
      'keyDeletionScheduled',
      'scheduled for deletion on 2026-02-03',
      '--enable',
    ],
    [
      'a key that is being made',
      { state: 'Creating' },
      'keyNotReady',
      'its state is Creating',
      'in a minute',
    ],
  ];
  test.each(refused)('refused: it points at %s', (_, more, code, what, fix) => {
    expect(act(desired, keyIdentity(more))).toEqual({
      kind: 'refuse',
      problem: {
        code,
        what: expect.stringContaining(what),
        where: 'services/user-service/.sops.yaml, alias/user-service-dev',
        fix: expect.stringContaining(fix),
      },
    });
  });

  test('--adopt takes over a key without owner, never one of another service', () => {
    const adopt: KeyOverrides = { ...none, adopt: new Set(['alias/user-service-dev']) };
    expect(act(desired, keyIdentity({ tags: {} }), adopt)).toMatchObject({
      kind: 'repair',
      repairs: { tags: desired.tags },
    });
    expect(act(desired, keyIdentity({ tags: { service: 'payment-service' } }), adopt).kind).toBe('refuse');
  });

  test('--adopt leaves a key to the tool that manages it', () => {
    const adopt: KeyOverrides = { ...none, adopt: new Set(['alias/user-service-dev']) };
    expect(act(desired, keyIdentity({ tags: { 'managed-by': 'terraform' } }), adopt)).toMatchObject({
      kind: 'refuse',
      problem: {
        what: expect.stringContaining('(its tag managed-by is "terraform")'),
        fix: expect.stringMatching(/untag-resource .*--tag-keys managed-by\n.*--adopt=/),
      },
    });
  });

  test('--adopt takes a key of one region over as it is; that it wants replicas is for the run after it', () => {
    const adopt: KeyOverrides = { ...none, adopt: new Set(['alias/user-service-dev']) };
    const wanted = desiredKey({ replicaRegions: ['eu-central-1'] });
    const action = act(wanted, keyIdentity({ tags: {} }), adopt);
    expect(action).toMatchObject({ kind: 'repair', repairs: { tags: desired.tags } });
    expect(action).not.toHaveProperty('repairs.replicas');
    expect(act(wanted, key).kind).toBe('refuse');
  });

  test.each(['Disabled', 'PendingDeletion', 'PendingReplicaDeletion'])('--enable: %s', (state) => {
    expect(act(desired, keyIdentity({ state }), enable)).toMatchObject({
      repairs: { enable: { from: state } },
    });
  });
});

describe('the alias is missing', () => {
  test('and so is the key', () => {
    expect(act(desired, [])).toEqual({ kind: 'create' });
  });

  test('a key that was in use gets it back, before any that was not', () => {
    const candidates = [unused('a', { createdAt: 0 }), key];
    expect(act(desired, candidates)).toEqual({ kind: 'attach', key, repairs: {} });
  });

  test('the oldest of the unused gets it; of equals the first by id', () => {
    const candidates = [
      unused('c', { createdAt: 2 }),
      unused('b', { createdAt: 1 }),
      unused('a', { createdAt: 1 }),
    ];
    expect(act(desired, candidates)).toMatchObject({
      kind: 'attach',
      key: { id: 'a' },
      repairs: { description: true },
    });
  });

  test('of two keys that were in use, neither is known to be the one', () => {
    expect(act(desired, [key, keyIdentity({ id: 'other' })])).toMatchObject({
      kind: 'refuse',
      problem: {
        what: expect.stringMatching(/2 keys could be.*1234abcd.*other/),
        fix: expect.stringContaining('create-alias'),
      },
    });
  });

  test('nor of those whose tags may not be read, where a file needs the key', () => {
    const remote: RemoteKey = { kind: 'absent', candidates: [unused('a')], unreadable: ['hidden'] };
    expect(outline(desired, remote, none)).toMatchObject({
      kind: 'refuse',
      problem: { what: expect.stringContaining('cannot be read: hidden') },
    });
    const usable = { ...remote, candidates: [unused('a'), key] };
    expect(outline(desired, usable, none)).toMatchObject({ kind: 'look', key });
    expect(outline(desiredKey({ files: [] }), remote, none)).toMatchObject({
      kind: 'look',
      key: { id: 'a' },
    });
  });

  test('the only key of a file is scheduled for deletion: refused, undone with --enable', () => {
    const pending = [keyIdentity({ state: 'PendingDeletion' })];
    expect(act(desired, pending).kind).toBe('refuse');
    expect(act(desired, pending, enable)).toMatchObject({
      kind: 'attach',
      repairs: { enable: { from: 'PendingDeletion' } },
    });
    expect(act(desiredKey({ files: [] }), pending)).toEqual({ kind: 'create' });
  });

  test('unused keys of the wrong form, disabled or pending deletion are left', () => {
    const candidates = [
      unused('a', { regions: { kind: 'primary', replicas: [] } }),
      unused('b', { state: 'PendingDeletion' }),
      unused('c', { state: 'Disabled' }),
    ];
    expect(act(desired, candidates)).toEqual({ kind: 'create' });
  });
});

describe('replica regions', () => {
  const there = 'eu-central-1';
  const wanted = desiredKey({ replicaRegions: [there] });
  const primary = keyIdentity({ regions: { kind: 'primary', replicas: [there] } });
  const replica = (more: Partial<KeyIdentity> = {}): RemoteReplica => ({
    kind: 'present',
    key: keyIdentity({ regions: { kind: 'replica', primary: 'eu-west-1' }, ...more }),
    policy: JSON.stringify(wanted.policy),
  });
  const withReplica = (found: RemoteReplica, of = primary) =>
    act(wanted, of, none, { replicas: new Map([[there, found]]) });

  test('a key of one region is not made one of several', () => {
    expect(withReplica({ kind: 'absent' }, key)).toMatchObject({
      kind: 'refuse',
      problem: {
        what: expect.stringContaining('is single-region'),
        fix: expect.stringContaining('rotate --key --stage=dev'),
      },
    });
  });

  test('a new one takes an unused key of several regions only', () => {
    const single = unused('single');
    const several = unused('several', { regions: { kind: 'primary', replicas: [] } });
    expect(act(wanted, [single, several])).toMatchObject({ kind: 'attach', key: { id: 'several' } });
  });

  const rows: [string, RemoteReplica, readonly string[], object | undefined][] = [
    ['all is there', replica(), [there], undefined],
    ['no replica', { kind: 'absent' }, [], { replicate: true, alias: true }],
    ['no alias', { kind: 'absent' }, [there], { alias: true }],
    ['tags', replica({ tags: {} }), [there], { tags: wanted.tags }],
    ['description', replica({ description: '' }), [there], { description: true }],
  ];
  test.each(rows)('%s', (_, found, replicas, repairs) => {
    const of = keyIdentity({ regions: { kind: 'primary', replicas } });
    expect(withReplica(found, of)).toEqual(
      repairs
        ? { kind: 'repair', key: of, repairs: { replicas: new Map([[there, repairs]]) } }
        : { kind: 'unchanged' },
    );
  });

  test.each([
    ['another key', { id: 'other' }, 'not at a replica of'],
    ['a disabled replica', { state: 'Disabled' }, 'provision-keys --stage=dev --enable'],
    ['a replica pending deletion', { state: 'PendingDeletion' }, 'provision-keys --stage=dev --enable'],
  ])('refused: the alias there points at %s', (_, more, text) => {
    const action = withReplica(replica(more));
    expect(action.kind).toBe('refuse');
    expect(JSON.stringify(action)).toContain(text);
  });

  test.each(['Disabled', 'PendingDeletion'])('--enable makes a replica usable that is %s', (state) => {
    const found = new Map([[there, replica({ state })]]);
    expect(act(wanted, primary, enable, { replicas: found })).toMatchObject({
      kind: 'repair',
      repairs: { replicas: new Map([[there, { enable: { from: state } }]]) },
    });
  });
});
