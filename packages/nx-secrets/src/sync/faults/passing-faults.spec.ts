import { outcomes } from '../../testing/aws-workspace.test-kit';
import { drifted, root, useRevisions, type Placed } from '../revisions.test-kit';

const workspace = useRevisions();

// The waits before what failed is sent again are random parts of 100 ms.
beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(0));

const kinds = ['throttle', 'server-error', 'drop-before', 'drop-after'] as const;

/** What a sync calls in each state, and what it reports where every call succeeds at once. */
const states: readonly [string, Placed | undefined, 'former' | undefined, readonly string[], string][] = [
  [
    'none is there',
    undefined,
    undefined,
    ['secretsmanager:DescribeSecret', 'sts:GetCallerIdentity', 'kms:Decrypt', 'secretsmanager:CreateSecret'],
    'created',
  ],
  [
    'an earlier revision is current, and everything else has drifted',
    drifted,
    'former',
    [
      'secretsmanager:DescribeSecret',
      'secretsmanager:RestoreSecret',
      'secretsmanager:UpdateSecret',
      'kms:Decrypt',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
      'secretsmanager:TagResource',
    ],
    'updated',
  ],
  [
    'the version waits',
    { staged: true },
    'former',
    ['secretsmanager:DescribeSecret', 'secretsmanager:UpdateSecretVersionStage'],
    'promoted',
  ],
];

describe.each(states)('%s', (_, state, previous, operations, done) => {
  test.each(kinds)('%s once on any call: the result is the same, and told the same', async (kind) => {
    for (const operation of operations) {
      await workspace.place(state);
      workspace.aws().resetCalls();
      workspace.aws().injectFault({ operation, kind });
      const report = await workspace.sync([root]);
      expect([operation, outcomes(report)]).toEqual([operation, [`user-service dev ${done}`]]);
      expect(workspace.aws().calls()[operation]).toBeGreaterThan(1);
      expect(await workspace.found()).toEqual(workspace.synced(previous));
    }
  });

  test.each(kinds)('%s once on every call: the result is the same', async (kind) => {
    await workspace.place(state);
    for (const operation of operations) workspace.aws().injectFault({ operation, kind });
    expect(outcomes(await workspace.sync([root]))).toEqual([`user-service dev ${done}`]);
    expect(await workspace.found()).toEqual(workspace.synced(previous));
  });

  test.each(kinds.filter((kind) => kind !== 'throttle'))(
    '%s for as long as it is tried: the failure is reported, and the next run completes it',
    async (kind) => {
      for (const operation of operations) {
        await workspace.place(state);
        workspace.aws().injectFault({ operation, kind, count: 3 });
        const [entry] = (await workspace.sync([root])).entries;
        const problem = entry?.outcome && 'problem' in entry.outcome ? entry.outcome.problem : undefined;
        expect([operation, `${problem?.what} ${problem?.where}`]).toEqual([
          operation,
          expect.stringContaining(operation),
        ]);
        workspace.aws().clearFaults();
        await workspace.sync([root]);
        expect(await workspace.found()).toEqual(workspace.synced(previous));
      }
    },
  );
});
