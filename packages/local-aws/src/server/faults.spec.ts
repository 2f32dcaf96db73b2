import { DescribeKeyCommand, ListKeysCommand } from '@aws-sdk/client-kms';
import { CreateSecretCommand, ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { failure, runningAws } from '../running-aws.test-kit';
import { createFaultQueue, type Fault } from './faults';

const local = runningAws();

describe('the fault queue', () => {
  const hits = (faults: readonly Fault[], operations: readonly string[]) => {
    const queue = createFaultQueue();
    faults.forEach((fault) => queue.inject(fault));
    return operations.map((operation) => queue.take(operation));
  };

  it.each<[string, Fault[], unknown[][]]>([
    ['once where no count is set', [{ operation: 'a', kind: 'throttle' }], [['throttle'], [], []]],
    [
      'as often as configured',
      [{ operation: 'a', kind: 'throttle', count: 2 }],
      [['throttle'], ['throttle'], []],
    ],
    ['after those that are skipped', [{ operation: 'a', kind: 'throttle', skip: 1 }], [[], ['throttle'], []]],
    ['every operation with *', [{ operation: '*', kind: 'throttle' }], [['throttle'], [], []]],
    ['no other operation', [{ operation: 'b', kind: 'throttle', count: 9 }], [[], [], []]],
    [
      'one after the other',
      [
        { operation: 'a', kind: 'throttle' },
        { operation: 'a', kind: 'server-error' },
      ],
      [['throttle'], ['server-error'], []],
    ],
    [
      'with a delay before the failure',
      [
        { operation: 'a', kind: { latencyMs: 5 } },
        { operation: 'a', kind: 'throttle' },
      ],
      [[{ latencyMs: 5 }, 'throttle'], [], []],
    ],
  ])('hits %s', (_what, faults, expected) => {
    expect(hits(faults, ['a', 'a', 'a'])).toEqual(expected);
  });

  it('forgets everything when it is cleared', () => {
    const queue = createFaultQueue();
    queue.inject({ operation: '*', kind: 'throttle', count: 9 });
    queue.clear();
    expect(queue.take('a')).toEqual([]);
  });
});

describe('faults as clients see them', () => {
  it.each<[Fault['kind'], string]>([
    ['throttle', 'ThrottlingException'],
    ['server-error', 'KMSInternalException'],
    [{ error: 'AccessDeniedException', message: 'no' }, 'AccessDeniedException'],
    [{ error: 'KeyUnavailableException', status: 503 }, 'KeyUnavailableException'],
    ['drop-before', 'Error'],
    ['drop-after', 'Error'],
  ])('%j is %s once', async (kind, name) => {
    const { kms } = local.clients();
    local.aws.injectFault({ operation: 'kms:ListKeys', kind });
    expect((await failure(kms.send(new ListKeysCommand({})))).name).toBe(name);
    expect((await kms.send(new ListKeysCommand({}))).Keys).toEqual([]);
  });

  it('are in the words of each service', async () => {
    const { secrets, sts } = local.clients();
    local.aws.injectFault({ operation: '*', kind: 'server-error', count: 2 });
    local.aws.injectFault({ operation: '*', kind: 'throttle', count: 2 });
    const answers = [
      secrets.send(new ListSecretsCommand({})),
      sts.send(new GetCallerIdentityCommand({})),
      secrets.send(new ListSecretsCommand({})),
      sts.send(new GetCallerIdentityCommand({})),
    ].map(async (call) => (await failure(call)).name);
    expect((await Promise.all(answers)).sort()).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Internal/), expect.stringMatching(/^Throttling/)]),
    );
  });

  it.each<[Fault['kind'], boolean]>([
    ['drop-before', false],
    ['drop-after', true],
    ['server-error', false],
    ['throttle', false],
    [{ latencyMs: 1 }, true],
  ])('%j: whether the operation has happened: %s', async (kind, happened) => {
    const { secrets } = local.clients();
    local.aws.injectFault({ operation: 'secretsmanager:CreateSecret', kind });
    await secrets.send(new CreateSecretCommand({ Name: 'a' })).catch(() => undefined);
    const { SecretList } = await secrets.send(new ListSecretsCommand({}));
    expect(SecretList).toHaveLength(happened ? 1 : 0);
  });

  it('are outlasted by the retries of the SDK, which are counted', async () => {
    const { kms } = local.clients({ maxAttempts: 3 });
    local.aws.injectFault({ operation: 'kms:ListKeys', kind: 'server-error' });
    local.aws.injectFault({ operation: 'kms:ListKeys', kind: 'drop-after' });
    expect((await kms.send(new ListKeysCommand({}))).Keys).toEqual([]);
    expect(local.aws.calls()).toEqual({ 'kms:ListKeys': 3 });
  });

  it('end with clearFaults, and counts with resetCalls', async () => {
    const { kms } = local.clients();
    local.aws.injectFault({ operation: '*', kind: 'throttle', count: 9 });
    local.aws.clearFaults();
    await kms.send(new ListKeysCommand({}));
    await failure(kms.send(new DescribeKeyCommand({ KeyId: 'alias/none' })));
    expect(local.aws.calls()).toEqual({ 'kms:ListKeys': 1, 'kms:DescribeKey': 1 });
    local.aws.resetCalls();
    expect(local.aws.calls()).toEqual({});
  });
});
