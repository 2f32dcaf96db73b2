import { readOptions } from '../config/options';
import { decide } from './decision';
import { statusOf } from './status';
import type { Deletion, Evidence, Removal, PruneStatus } from './states';
import type { ManagedSecret } from '../aws/secrets-manager/managed-secret';

const options = readOptions({});
const token = 'a'.repeat(64);
const name = '/services/user-service/dev';

const secretOf = (more: Partial<ManagedSecret> = {}): ManagedSecret => ({
  arn: `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-AbCdEf`,
  name,
  tags: { 'managed-by': 'nx-secrets', service: 'user-service', stage: 'dev' },
  current: token,
  lastRead: undefined,
  deleted: undefined,
  rotation: false,
  owningService: undefined,
  primaryRegion: undefined,
  ...more,
});
const removal: Removal = {
  path: 'services/user-service/secrets/dev.enc.yaml',
  commit: { id: '3f2a1c9d'.padEnd(40, '0'), date: '2026-11-20T23:59:59.000Z', merge: false },
};
const evidence: Evidence = {
  inUse: new Set<string>(),
  former: new Set<string>(),
  removals: new Map([[token, removal]]),
  renamings: new Map(),
  successors: new Map(),
  deployed: new Set(),
  namings: [],
};

type Case = readonly [string, Partial<ManagedSecret>, Partial<typeof evidence>, PruneStatus['kind'], string];

test.each<Case>([
  ['it has a secret file', {}, { inUse: new Set([name]) }, 'in-use', ''],
  ['its file was removed', {}, {}, 'orphan', 'removed by 3f2a1c9 2026-11-20'],
  ['read on the day of the removal', { lastRead: '2026-11-20' }, {}, 'orphan', 'last read 2026-11-20'],
  ['read after the removal', { lastRead: '2026-11-21' }, {}, 'uncertain', 'still read: on 2026-11-21'],
  [
    'removed on a branch only',
    {},
    { removals: new Map([[token, { ...removal, merged: false }]]) },
    'uncertain',
    "not on origin's default branch",
  ],
  [
    'removed on the default branch',
    {},
    { removals: new Map([[token, { ...removal, merged: true }]]) },
    'orphan',
    '',
  ],
  [
    'moved, and the new secret is not there',
    {},
    { successors: new Map([[name, [{ path: 'new/secrets/dev.enc.yaml', now: '/services/new/dev' }]]]) },
    'uncertain',
    '/services/new/dev, which replaces it, does not have a revision of new/secrets/dev.enc.yaml yet',
  ],
  [
    'moved, and the new secret is there',
    {},
    {
      successors: new Map([[name, [{ path: 'new/secrets/dev.enc.yaml', now: '/services/new/dev' }]]]),
      deployed: new Set(['/services/new/dev']),
    },
    'orphan',
    '',
  ],
  ['a version of no file here', { current: 'b'.repeat(64) }, {}, 'uncertain', 'of unknown origin'],
  ['no version', { current: undefined }, {}, 'uncertain', 'of unknown origin'],
  ['nothing was removed here', {}, { removals: new Map() }, 'uncertain', 'of unknown origin'],
  ['scheduled already', { deleted: '2026-11-24' }, {}, 'deletion-scheduled', 'since 2026-11-24'],
  ['scheduled, but in use', { deleted: '2026-11-24' }, { inUse: new Set([name]) }, 'in-use', ''],
  ['a name of another pattern', { name: '/apps/user-service/dev' }, {}, 'skipped', 'its name is not'],
  [
    'tags of another service',
    { tags: { 'managed-by': 'nx-secrets', service: 'other', stage: 'dev' } },
    {},
    'skipped',
    'its name is not "/services/{service}/{stage}"',
  ],
  [
    'no tags of service and stage',
    { tags: { 'managed-by': 'nx-secrets' } },
    {},
    'skipped',
    'its name is not',
  ],
  [
    'tags that make no name',
    { tags: { service: 'ü', stage: '../x' }, name: '/services/ü/../x' },
    {},
    'skipped',
    'its name is not',
  ],
  ['rotation', { rotation: true }, {}, 'skipped', 'rotated by Secrets Manager'],
  ['another AWS service', { owningService: 'rds' }, {}, 'skipped', 'another AWS service (rds)'],
  ['a replica', { primaryRegion: 'us-east-1' }, {}, 'skipped', 'a replica of the secret in us-east-1'],
  ['a primary with replicas', { primaryRegion: 'eu-west-1' }, {}, 'orphan', ''],
])('%s', (_, secret, known, kind, reason) => {
  const status = statusOf(secretOf(secret), { ...evidence, ...known }, options);
  expect(status.kind).toBe(kind);
  expect('reason' in status ? status.reason : '').toContain(reason);
});

const status = {
  'in-use': { kind: 'in-use' },
  orphan: { kind: 'orphan', removal, reason: '' },
  uncertain: { kind: 'uncertain', removal, reason: '' },
  skipped: { kind: 'skipped', code: 'secretRotatedByAws', reason: 'rotated', fix: 'stop it' },
  'deletion-scheduled': { kind: 'deletion-scheduled', reason: '' },
} as const satisfies Record<PruneStatus['kind'], PruneStatus>;

const deletions: Readonly<Record<string, Deletion>> = {
  none: { kind: 'none' },
  orphans: { kind: 'orphans' },
  'its name': { kind: 'named', names: new Set(['x', name]) },
  'another name': { kind: 'named', names: new Set([`${name}x`]) },
};

test.each<[PruneStatus['kind'], string, string, string, string]>([
  ['in-use', 'leave', 'leave', 'refuse', 'leave'],
  ['orphan', 'leave', 'delete', 'delete', 'leave'],
  ['uncertain', 'leave', 'leave', 'delete', 'leave'],
  ['skipped', 'leave', 'leave', 'refuse', 'leave'],
  ['deletion-scheduled', 'leave', 'leave', 'leave', 'leave'],
])('%s: %s, with --delete %s, with its name %s, with another name %s', (kind, ...expected) => {
  const decisions = Object.values(deletions).map((deletion) =>
    decide(secretOf(), status[kind], deletion, new Set()),
  );
  expect(decisions.map((decision) => decision.kind)).toEqual(expected);
});

test('a stage of CI is deleted from CI only, and listed everywhere', () => {
  const ciOnly = new Set(['dev']);
  const decided = (deletion: Deletion) => decide(secretOf(), status.orphan, deletion, ciOnly);
  expect(decided(deletions['none']!).kind).toBe('leave');
  expect(decided(deletions['orphans']!)).toMatchObject({
    kind: 'refuse',
    problem: { what: expect.stringContaining('CI only') },
  });
  expect(decide(secretOf(), status.orphan, deletions['orphans']!, new Set(['prod'])).kind).toBe('delete');
});
