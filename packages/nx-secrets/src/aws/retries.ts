import { setTimeout as delay } from 'node:timers/promises';
import type { KMSClientConfig } from '@aws-sdk/client-kms';
import { createRateLimiter, type RateLimiter } from './rate-limiter';

type RetryStrategy = Extract<
  NonNullable<KMSClientConfig['retryStrategy']>,
  { acquireInitialRetryToken: unknown }
>;
type RetryToken = Awaited<ReturnType<RetryStrategy['acquireInitialRetryToken']>>;
type RetryFailure = Parameters<RetryStrategy['refreshRetryTokenForRetry']>[1];

/** What the strategy knows of a call under way. */
interface RetryState extends RetryToken {
  readonly begun: number;
  /** Failures other than throttles. */
  readonly failures: number;
  /** Attempts that failed. */
  readonly count: number;
  /** Milliseconds until the next attempt. */
  readonly wait: number;
}

/** Attempts at a call that fails otherwise than by throttling. */
const attempts = 3;
/** Longest time that a call is throttled for without a word, in milliseconds. */
const silence = 5_000;
/** First wait after such a failure, in milliseconds; it doubles, and is shortened at random. */
const firstWait = 100;

/**
 * The retries of a client. What is throttled is sent again, at the client's rate, for as long as `timeout`: the SDK's
 * own strategies give a call up after three attempts, and all calls after a hundred, which a push of many secrets reaches
 * (docs/decisions/0007-retries-with-a-pace.md). Other failures that may pass are retried as the SDK's standard mode does.
 *
 * @param timeout longest time that a call is retried for, in milliseconds
 * @param slow called once, when a call has been throttled for so long that whoever waits wants to know why
 */
export function retryThrottled(
  timeout: number,
  rateLimiter: RateLimiter = createRateLimiter(),
  slow: () => void = () => undefined,
): RetryStrategy {
  let reported = false;

  const again = ({ begun, failures, count }: RetryState, failure: RetryFailure): RetryState | undefined => {
    if (performance.now() - begun > timeout) return undefined;
    if (isThrottle(failure)) {
      const wait = rateLimiter.turn();
      if (!reported && performance.now() + wait - begun > silence) {
        reported = true;
        slow();
      }
      return retryState({ begun, failures, count: count + 1, wait });
    }
    if (failure.errorType !== 'TRANSIENT' || failures + 1 >= attempts) return undefined;
    const wait = Math.random() * firstWait * 2 ** failures;
    return retryState({ begun, failures: failures + 1, count: count + 1, wait });
  };
  return {
    acquireInitialRetryToken: async () => {
      const begun = performance.now();
      const wait = rateLimiter.turn();
      if (wait > 0) await delay(wait);
      return retryState({ begun, failures: 0, count: 0, wait: 0 });
    },
    refreshRetryTokenForRetry: (token, failure) => {
      if (isThrottle(failure)) rateLimiter.throttled();
      else if (failure.errorType === 'CLIENT_ERROR') rateLimiter.answered();
      const next = again(token as RetryState, failure);
      // The client throws the call's own error then, not this one.
      return next ? Promise.resolve(next) : Promise.reject(new Error('no more attempts'));
    },
    recordSuccess: () => rateLimiter.answered(),
  };
}

/** A quota of how many there may be is not a rate: waiting does not help. */
const isThrottle = ({ error, errorType }: RetryFailure) =>
  errorType === 'THROTTLING' && error?.name !== 'LimitExceededException';

const retryState = (state: Omit<RetryState, keyof RetryToken>): RetryState => ({
  ...state,
  getRetryCount: () => state.count,
  getRetryDelay: () => state.wait,
});
