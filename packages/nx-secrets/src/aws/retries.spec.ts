import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { startLocalAws, type LocalAws } from 'local-aws-secrets';
import { createClients, type Clients } from './clients';
import { createRateLimiter } from './rate-limiter';
import { retryThrottled } from './retries';

type Failure = Parameters<ReturnType<typeof retryThrottled>['refreshRetryTokenForRetry']>[1];

const failure = (errorType: Failure['errorType'], name = 'Error') =>
  ({ errorType, error: Object.assign(new Error(), { name, $metadata: {} }) }) as Failure;

/** How often a call that always fails so is sent, at most 20 times. */
async function attempts(fails: Failure, timeout = 60_000): Promise<number> {
  const rateLimiter = { ...createRateLimiter(), turn: () => 0 };
  const retries = retryThrottled(timeout, rateLimiter);
  let token = await retries.acquireInitialRetryToken('aws');
  for (let attempt = 1; attempt < 20; attempt += 1) {
    try {
      token = await retries.refreshRetryTokenForRetry(token, fails);
    } catch {
      return attempt;
    }
    expect(token.getRetryCount()).toBe(attempt);
  }
  return 20;
}

test.each([
  ['a throttle, as long as it takes', failure('THROTTLING'), 20],
  ['what may pass, three times', failure('TRANSIENT'), 3],
  ['a refusal, once', failure('CLIENT_ERROR'), 1],
  ['a quota of how many there may be, once', failure('THROTTLING', 'LimitExceededException'), 1],
])('sends %s', async (_what, fails, expected) => {
  expect(await attempts(fails)).toBe(expected);
});

test.each([
  ['a throttle that lasts', failure('THROTTLING'), 60_000, 1],
  ['a short one', failure('THROTTLING'), 1, 0],
  ['what may pass', failure('TRANSIENT'), 60_000, 0],
])('says so, once: %s', async (_what, fails, wait, expected) => {
  const slow = jest.fn();
  const retries = retryThrottled(60_000, { ...createRateLimiter(), turn: () => wait }, slow);
  const { begun } = { begun: performance.now() };
  let token = { ...(await retryThrottled(60_000).acquireInitialRetryToken('aws')), begun };
  for (let attempt = 0; attempt < 2; attempt += 1)
    token = { ...token, ...(await retries.refreshRetryTokenForRetry(token, fails)) };
  expect(slow).toHaveBeenCalledTimes(expected);
});

test('loses its timeout', async () => {
  expect(await attempts(failure('THROTTLING'), -1)).toBe(1);
});

describe('against a quota', () => {
  const calls = 150;
  const variables = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_REGION: 'eu-west-1' };
  const before = { ...process.env };
  let aws: LocalAws;
  let clients: Clients;

  beforeAll(async () => {
    aws = await startLocalAws();
    Object.assign(process.env, variables, { AWS_ENDPOINT_URL: aws.endpoint });
    aws.limitRate({ operations: ['secretsmanager:ListSecrets'], perSecond: 60, burst: 20 });
    clients = createClients({});
  });
  afterAll(async () => {
    clients.destroy();
    process.env = before;
    await aws.stop();
  });

  test('every one of many calls at once comes through', async () => {
    const client = await clients.secretsManager();
    const sent = Array.from({ length: calls }, () => client.send(new ListSecretsCommand({})));
    expect((await Promise.allSettled(sent)).filter(({ status }) => status === 'rejected')).toEqual([]);
  });
});
