import { isFailed } from '../../report/report';
import { drifted, root, useRevisions, type Placed } from '../revisions.test-kit';
import { killedSync } from './sync-process.test-kit';

const workspace = useRevisions();

const states: readonly [string, Placed | undefined, 'former' | undefined, readonly string[]][] = [
  [
    'none is there',
    undefined,
    undefined,
    ['secretsmanager.DescribeSecret', '', 'TrentService.Decrypt', 'secretsmanager.CreateSecret'],
  ],
  [
    'an earlier revision is current',
    {},
    'former',
    [
      'secretsmanager.DescribeSecret',
      'TrentService.Decrypt',
      'secretsmanager.PutSecretValue',
      'secretsmanager.UpdateSecretVersionStage',
    ],
  ],
  [
    'an earlier revision is current, and everything else has drifted',
    drifted,
    'former',
    [
      'secretsmanager.DescribeSecret',
      'secretsmanager.RestoreSecret',
      'secretsmanager.UpdateSecret',
      'TrentService.Decrypt',
      'secretsmanager.PutSecretValue',
      'secretsmanager.UpdateSecretVersionStage',
      'secretsmanager.UpdateSecret',
      'secretsmanager.TagResource',
    ],
  ],
  [
    'the version waits, and everything else has drifted',
    { staged: true, ...drifted },
    'former',
    [
      'secretsmanager.DescribeSecret',
      'secretsmanager.RestoreSecret',
      'secretsmanager.UpdateSecretVersionStage',
      'secretsmanager.UpdateSecret',
      'secretsmanager.UpdateSecret',
      'secretsmanager.TagResource',
    ],
  ],
  [
    'the version is current, and everything else has drifted',
    { current: 'head', ...drifted },
    undefined,
    [
      'secretsmanager.DescribeSecret',
      'secretsmanager.RestoreSecret',
      'secretsmanager.UpdateSecret',
      'secretsmanager.UpdateSecret',
      'secretsmanager.TagResource',
    ],
  ],
];

describe.each(states)('%s', (_, state, previous, requests) => {
  test.each(['before', 'after'] as const)(
    'kill -9 %s the effect of each request, then run again: as if nothing had been, and no version more',
    async (at) => {
      const killed: (string | undefined)[] = [];
      for (let request = 1; request <= requests.length; request += 1) {
        await workspace.place(state);
        const { killedAt } = await killedSync(workspace.directory(), workspace.aws().endpoint, {
          request,
          at,
        });
        killed.push(killedAt);
        const again = await workspace.sync([root]);
        expect(again.entries.some(({ outcome }) => isFailed(outcome))).toBe(false);
        expect(await workspace.found()).toEqual(workspace.synced(previous));
        workspace.aws().resetCalls();
        await workspace.sync([root]);
        expect(workspace.aws().calls()).toEqual({ 'secretsmanager:DescribeSecret': 1 });
      }
      expect(killed).toEqual(requests);
    },
    60_000,
  );

  test('nothing is asked after the last of these requests', async () => {
    await workspace.place(state);
    const kill = { request: requests.length + 1, at: 'before' } as const;
    const { killedAt, exitCode, all } = await killedSync(
      workspace.directory(),
      workspace.aws().endpoint,
      kill,
    );
    expect([killedAt, exitCode, all]).toEqual([undefined, 0, expect.stringContaining('1 secret: 1 ')]);
    expect(await workspace.found()).toEqual(workspace.synced(previous));
  });
});
