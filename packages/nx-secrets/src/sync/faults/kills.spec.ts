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

/** Requests that change nothing; those of STS do not name their operation in a header. */
const isRead = (operation: string) => /^$|\.(Describe|Get|List|Decrypt)/.test(operation);

/**
 * A sync that reads leaves what it found, whenever it dies: it is killed before its first request and after the effect of each
 * write, which is every state that it can leave.
 */
test.each(states)(
  'kill -9 in any state of a sync where %s, then run again: as if nothing had been, and no version more',
  async (_, state, previous, writes) => {
    const sync = async (kill?: Kill) => {
      await workspace.place(state);
      return killedSync(workspace.directory(), workspace.aws().endpoint, kill);
    };
    const whole = await sync();
    expect([whole.exitCode, whole.all]).toEqual([0, expect.stringContaining('1 secret: 1 ')]);
    expect(await workspace.found()).toEqual(workspace.synced(previous));
    const { operations } = whole;
    const service = 'secretsmanager.';
    expect(operations[0]).toBe(`${service}DescribeSecret`);
    expect(operations.filter((operation) => !isRead(operation))).toEqual(
      writes.map((operation) => service + operation),
    );

    const kills = operations.flatMap((operation, index): Kill[] => [
      ...(index === 0 ? [{ request: 1, at: 'before' as const }] : []),
      ...(isRead(operation) ? [] : [{ request: index + 1, at: 'after' as const }]),
    ]);
    for (const kill of kills) {
      const run = await sync(kill);
      expect(run.killedAt).toBe(operations[kill.request - 1]);
      const again = await workspace.sync([root]);
      expect(again.entries.some(({ outcome }) => isFailed(outcome))).toBe(false);
      expect(await workspace.found()).toEqual(workspace.synced(previous));
      workspace.aws().resetCalls();
      await workspace.sync([root]);
      expect(workspace.aws().calls()).toEqual({
        'secretsmanager:DescribeSecret': 1,
        'kms:DescribeKey': 1,
      });
    }
  },
  120_000,
);
