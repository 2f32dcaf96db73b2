import type { EncryptedFile } from 'sops-codec';
import { renderProblem } from '../problem';
import { commandsOf, wordsOf } from '../testing/pasted.test-kit';
import type { Ancestry } from './ancestry';
import type { Evidence, FoundCommit } from './evidence';
import { notFastForward } from './refusal';
import type { Desired } from './states';
import type { RemoteSecret } from '../aws/secrets-manager/remote-secret';

const [token, current, previous] = ['b'.repeat(64), 'c'.repeat(64), 'd'.repeat(64)];
const byHand = '0f8fad5b-d9cb-469f-a165-70867728950e';

const desired: Desired = {
  names: {
    service: 'users',
    stage: 'dev',
    secretName: '/services/users/dev',
    keyAlias: 'alias/users-dev',
    address: { root: 'services/user-service', project: '@acme/users-api' },
  },
  path: 'services/user-service/secrets/dev.enc.yaml',
  scope: { region: 'eu-west-1', accountId: '111122223333' },
  keyArn: '',
  token,
  output: 'json',
  description: '',
  replicaRegions: [],
  file: {} as EncryptedFile,
  uncommitted: false,
  tags: {},
};

const remote = (differences: Partial<RemoteSecret> = {}): RemoteSecret => ({
  kind: 'present',
  arn: '',
  kmsKeyId: undefined,
  tags: { 'managed-by': 'nx-secrets', service: 'users', stage: 'dev', team: 'accounts' },
  description: undefined,
  deletion: 'none',
  rotation: false,
  owningService: undefined,
  replicaOf: undefined,
  replicas: new Map(),
  current,
  previous,
  changed: new Date('2026-11-28T15:04:05.678Z'),
  versions: new Set([current, previous]),
  ...differences,
});

const commit = (id: string, place: FoundCommit['place'], author = 'Ada'): FoundCommit => ({
  id,
  date: '2026-11-20T09:00:00+01:00',
  author,
  place,
});
const pushed = { id: '9f00d00', date: '2026-11-27T23:30:00-08:00', author: 'Grace' };
const here = { pushed, branch: 'main' };

const overwrite = 'npx nx run @acme/users-api:sync-secrets --stage=dev --overwrite=/services/users/dev';
const around = '--start-time 2026-11-28T14:59:05.678Z --end-time 2026-11-28T15:09:05.678Z';

type Refusal = Exclude<Ancestry, 'earlier'>;

test.each<[string, Refusal, RemoteSecret, Evidence, readonly string[], readonly string[]]>([
  [
    'by hand: its id is not a token',
    'unknown',
    remote({ current: byHand }),
    here,
    [
      'changed outside Git',
      '2026-11-28T15:04:05.678Z',
      'to be pushed: commit 9f00d00 (2026-11-27, Grace) on main',
    ],
    [
      `aws cloudtrail lookup-events --region eu-west-1 --lookup-attributes AttributeKey=EventName,AttributeValue=PutSecretValue ${around}`,
      'npx nx g nx-secrets:import --from=aws --secret=/services/users/dev --stage=dev --dry-run --project=@acme/users-api',
      'npx nx g nx-secrets:import --from=aws --secret=/services/users/dev --stage=dev --overwrite=KEY --project=@acme/users-api',
      overwrite,
    ],
  ],
  [
    'by a newer commit of this branch',
    'unknown',
    remote(),
    { ...here, current: commit('3f2a1c9', { kind: 'ahead', refs: ['origin/main'] }) },
    [
      'the deployed value is of commit 3f2a1c9 (2026-11-20, Ada) on origin/main',
      'older than what is deployed',
    ],
    ['git pull', overwrite],
  ],
  [
    'by another branch',
    'unknown',
    remote(),
    { ...here, current: commit('3f2a1c9', { kind: 'elsewhere', refs: ['feature/x', 'origin/feature/x'] }) },
    ['commit 3f2a1c9 (2026-11-20, Ada) on feature/x, origin/feature/x', 'from another branch'],
    [overwrite],
  ],
  [
    'by a commit that no branch has any more',
    'unknown',
    remote(),
    { ...here, current: commit('3f2a1c9', { kind: 'unreferenced' }) },
    [
      'commit 3f2a1c9 (2026-11-20, Ada), which is no longer in a branch',
      'squashed, rebased, amended, force-pushed',
    ],
    ['git pull', overwrite],
  ],
  [
    'by nothing that this clone has, on top of a commit of this history',
    'unknown',
    remote(),
    { ...here, previous: commit('77aa77a', { kind: 'here' }) },
    [
      'not a revision of this file in the history of HEAD, nor in any other branch or the reflog',
      'pushed on top of commit 77aa77a (2026-11-20, Ada) before it was committed',
      'another repository has a service of that name (tags of the secret: managed-by=nx-secrets, service=users, stage=dev, team=accounts)',
    ],
    ['git fetch --all', overwrite],
  ],
  [
    'by something that was not found in time',
    'unknown',
    remote(),
    { isPartial: true },
    ['and the search of other branches timed out'],
    ['git fetch --all', overwrite],
  ],
  [
    'rolled back to an earlier commit',
    'rolled-back',
    remote(),
    {
      ...here,
      current: commit('3f2a1c9', { kind: 'here' }),
      previous: commit('77aa77a', { kind: 'here' }),
    },
    [
      'commit 3f2a1c9 (2026-11-20, Ada), an earlier revision of this file, but replaced commit 77aa77a (2026-11-20, Ada), which comes later in the history of HEAD',
      'rolled back, or reverted by a commit that this checkout does not have',
    ],
    [
      'git pull',
      `aws cloudtrail lookup-events --region eu-west-1 --lookup-attributes AttributeKey=EventName,AttributeValue=UpdateSecretVersionStage ${around}`,
      overwrite,
    ],
  ],
  [
    'rolled back from what is not here',
    'unordered',
    remote({ changed: undefined }),
    { ...here, current: commit('3f2a1c9', { kind: 'here' }) },
    ['replaced version dddddddddddd… (of no known commit), which is not older according to AWS'],
    [
      'git pull',
      'aws cloudtrail lookup-events --region eu-west-1 --lookup-attributes AttributeKey=EventName,AttributeValue=UpdateSecretVersionStage',
      overwrite,
    ],
  ],
  ['in a shallow clone', 'shallow', remote(), {}, ['shallow'], ['git fetch --unshallow']],
  ['without history', 'unavailable', remote(), {}, ['no Git history'], []],
])('%s', (_, ancestry, found, evidence, says, commands) => {
  const { what, where, fix } = notFastForward(desired, found, ancestry, evidence);
  for (const text of says) expect(what).toContain(text);
  expect(where).toBe('services/user-service/secrets/dev.enc.yaml, /services/users/dev');
  // A placeholder is not for the shell: it takes it for a redirection, and refuses.
  const filled = commandsOf(fix).map((line) => line.replace('<key>', 'KEY'));
  expect(filled.map((line) => wordsOf(line).join(' '))).toEqual(commands);
});

test('a file that is not committed is named so', () => {
  const { what } = notFastForward({ ...desired, uncommitted: true }, remote(), 'unknown', here);
  expect(what).toContain('to be pushed: your uncommitted file');
  expect(what).not.toContain('9f00d00');
});

test('names that others chose are cut, and shown without their control characters', () => {
  const author = `\u001b[31mMallory\u202e${'x'.repeat(500)}`;
  const refs = [`feature/\u202e${'y'.repeat(500)}`];
  const current = commit('3f2a1c9', { kind: 'elsewhere', refs }, author);
  const tags = { team: 'z'.repeat(5000) };
  const problems = [
    notFastForward(desired, remote(), 'unknown', { current, branch: refs[0], pushed: current }),
    notFastForward(desired, remote({ tags }), 'unknown', {}),
  ];
  for (const problem of problems) {
    const text = renderProblem(problem);
    for (const control of ['\u001b', '\u202e']) expect(text).not.toContain(control);
    expect(text.length).toBeLessThan(1500);
  }
});
