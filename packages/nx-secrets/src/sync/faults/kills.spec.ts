import { isFailed } from '../../report';
import { drifted, root, useRevisions, type Placed } from '../revisions.test-kit';
import { killedSync, type Kill } from './sync-process.test-kit';

const workspace = useRevisions();

/** A state, what was current before, and the writes of the sync that brings it to HEAD. */
const states: readonly [string, Placed | undefined, 'former' | undefined, readonly string[]][] = [
  ['none is there', undefined, undefined, ['CreateSecret']],
  ['an earlier revision is current', {}, 'former', ['PutSecretValue', 'UpdateSecretVersionStage']],
  [
    'an earlier revision is current, and everything else has drifted',
    drifted,
    'former',
    [
      'RestoreSecret',
      'UpdateSecret',
      'PutSecretValue',
      'UpdateSecretVersionStage',
      'UpdateSecret',
      'TagResource',
    ],
  ],
  [
    'the version waits, and everything else has drifted',
    { staged: true, ...drifted },
    'former',
    ['RestoreSecret', 'UpdateSecretVersionStage', 'UpdateSecret', 'UpdateSecret', 'TagResource'],
  ],
  [
    'the version is current, and everything else has drifted',
    { current: 'head', ...drifted, deleted: false },
    undefined,
    ['UpdateSecret', 'UpdateSecret', 'TagResource'],
  ],
];

/** More requests than any of these syncs sends. */
const tooMany = 20;

/**
 * Killed before each request, and after the effect of the last one: what AWS has after one request is what it has before the
 * next.
 */
test.each(states)(
  'kill -9 at any request of a sync where %s, then run again: as if nothing had been, and no version more',
  async (_, state, previous, writes) => {
    const killed: string[] = [];
    const killAt = async (request: number, at: Kill['at']): Promise<boolean> => {
      await workspace.place(state);
      const run = await killedSync(workspace.directory(), workspace.aws().endpoint, { request, at });
      if (run.killedAt === undefined) {
        expect([run.exitCode, run.all]).toEqual([0, expect.stringContaining('1 secret: 1 ')]);
        expect(await workspace.found()).toEqual(workspace.synced(previous));
        return false;
      }
      if (at === 'before') killed.push(run.killedAt);
      const again = await workspace.sync([root]);
      expect(again.entries.some(({ outcome }) => isFailed(outcome))).toBe(false);
      expect(await workspace.found()).toEqual(workspace.synced(previous));
      workspace.aws().resetCalls();
      await workspace.sync([root]);
      expect(workspace.aws().calls()).toEqual({
        'secretsmanager:DescribeSecret': 1,
        'kms:DescribeKey': 1,
      });
      return true;
    };
    for (let request = 1; request < tooMany && (await killAt(request, 'before')); request += 1);
    expect(await killAt(killed.length, 'after')).toBe(true);
    const service = 'secretsmanager.';
    expect(killed.filter((operation) => /Create|Put|Update|Restore|Tag/.test(operation))).toEqual(
      writes.map((operation) => service + operation),
    );
    expect(killed[0]).toBe(`${service}DescribeSecret`);
  },
  120_000,
);
