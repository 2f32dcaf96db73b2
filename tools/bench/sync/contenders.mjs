import { join } from 'node:path';

const peer = (name) => join(import.meta.dirname, 'peers', name);
const script = (name, ...args) => [process.execPath, [peer(name), ...args]];
const nx = (target) => ['node_modules/.bin/nx', ['run-many', '-t', target]];

/** Calls by operation, where each is made once per service. */
const once =
  (...operations) =>
  (count) =>
    Object.fromEntries(operations.map((operation) => [operation, count]));

const describe = 'secretsmanager:DescribeSecret';
const decrypt = 'kms:Decrypt';
const put = 'secretsmanager:PutSecretValue';

/** The calls that a sync makes, in each case. */
const syncCalls = {
  changed: once(describe, decrypt, put, 'secretsmanager:UpdateSecretVersionStage'),
  // The account is asked for once: a secret that is not there yet cannot tell it. And what was made is looked at.
  created: (count) => ({
    ...once(decrypt, 'secretsmanager:CreateSecret')(count),
    [describe]: 2 * count,
    'sts:GetCallerIdentity': 1,
  }),
  unchanged: once(describe),
};

/** The floor knows its account. */
const floorCalls = {
  ...syncCalls,
  created: once(describe, decrypt, 'secretsmanager:CreateSecret'),
};

/**
 * Who is measured: a command to run in the workspace, and the calls that it has to make there, by case; one without calls
 * for a case takes no part in it. `largest`: with more services it takes minutes, and is estimated from its time with so many.
 * `once`: one round is enough, it takes long.
 *
 * @param {{sops: string, aws: string}} programs
 */
export const contendersOf = ({ sops, aws }) => [
  { name: 'ours', title: 'nx run-many -t sync-secrets', command: () => nx('sync-secrets'), calls: syncCalls },
  { name: 'engine', title: 'the engine alone', command: () => script('engine.mjs'), calls: syncCalls },
  {
    name: 'floor',
    title: '(c) the same SDK calls, by hand',
    command: (name) => script('floor.mjs', name),
    calls: floorCalls,
  },
  {
    name: 'nothing',
    title: 'nx run-many of a batch that does nothing',
    command: () => nx('nothing'),
    calls: { changed: () => ({}), unchanged: () => ({}) },
  },
  {
    name: 'sdk8',
    title: '(b) sops and the SDK, 8 at once',
    command: () => script('sops-and-sdk.mjs', sops, '8'),
    calls: { changed: once(decrypt, put) },
    largest: 1000,
  },
  {
    name: 'sdk1',
    title: '(b) sops and the SDK, one by one',
    command: () => script('sops-and-sdk.mjs', sops, '1'),
    calls: { changed: once(decrypt, put) },
    largest: 100,
    once: true,
  },
  {
    name: 'shell8',
    title: '(a) sops to aws in a shell, xargs -P 8',
    command: () => ['sh', [peer('shell-loop.sh'), sops, aws, '8']],
    calls: { changed: once(decrypt, put) },
    largest: 100,
    once: true,
  },
  {
    name: 'shell1',
    title: '(a) sops to aws in a shell, one by one',
    command: () => ['sh', [peer('shell-loop.sh'), sops, aws]],
    calls: { changed: once(decrypt, put) },
    largest: 100,
    once: true,
  },
];
