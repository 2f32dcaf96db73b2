import { ListKeysCommand } from '@aws-sdk/client-kms';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { failure, runningAws } from '../running-aws.test-kit';
import { createRateLimits } from './rate-limits';

describe('a rate limit', () => {
  let time: number;
  beforeEach(() => {
    time = 0;
  });
  const limits = (perSecond: number, burst?: number) => {
    const created = createRateLimits(() => time);
    created.add({ operations: ['a', 'b'], perSecond, ...(burst === undefined ? {} : { burst }) });
    return (...operations: string[]) => operations.map((operation) => created.admits(operation));
  };

  it('lets as many requests through as it holds, of all its operations together', () => {
    expect(limits(1, 2)('a', 'b', 'a', 'b', 'c')).toEqual([true, true, false, false, true]);
  });

  it('fills again with time, up to what it holds', () => {
    const admits = limits(2, 3);
    admits('a', 'a', 'a');
    time += 1000;
    expect(admits('a', 'a', 'a')).toEqual([true, true, false]);
    time += 60_000;
    expect(admits('a', 'a', 'a', 'a')).toEqual([true, true, true, false]);
  });

  it('holds a second of requests where no burst is set', () => {
    expect(limits(2)('a', 'a', 'a')).toEqual([true, true, false]);
  });

  it('takes nothing for a request that it refuses', () => {
    const admits = limits(1, 1);
    admits('a', 'a', 'a', 'a');
    time += 1000;
    expect(admits('a')).toEqual([true]);
  });
});

describe('a rate limit as clients see it', () => {
  const local = runningAws();
  const one = { operations: ['secretsmanager:ListSecrets'], perSecond: 0.001, burst: 1 };

  it('throttles what is beyond it, until it is taken away', async () => {
    const { kms, secrets } = local.clients();
    local.aws.limitRate(one);
    await secrets.send(new ListSecretsCommand({}));
    expect((await failure(secrets.send(new ListSecretsCommand({})))).name).toBe('ThrottlingException');
    await kms.send(new ListKeysCommand({}));
    local.aws.clearRateLimits();
    await secrets.send(new ListSecretsCommand({}));
  });

  it.each([
    ['a limit', one, 200],
    ['no number', { ...one, perSecond: 'many' }, 400],
    ['no operations', { perSecond: 1 }, 400],
  ])('is set by scripts, too: %s', async (_what, body, status) => {
    const url = `${local.aws.endpoint}/_local-aws/limits`;
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    expect(response.status).toBe(status);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(200);
  });
});
