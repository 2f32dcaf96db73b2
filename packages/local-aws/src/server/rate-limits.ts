/** A quota of requests that several operations share, as a bucket of tokens. */
export interface RateLimit {
  /** `secretsmanager:PutSecretValue`, … */
  readonly operations: readonly string[];
  readonly perSecond: number;
  /** How many requests pass at once after a pause; `perSecond` by default. */
  readonly burst?: number;
}

export interface RateLimits {
  add(limit: RateLimit): void;
  clear(): void;
  /** Counts a request in. Gives false where a quota that it falls under is used up. */
  admits(operation: string): boolean;
}

interface Bucket {
  readonly limit: RateLimit;
  tokens: number;
  filledAt: number;
}

/**
 * Makes limits, none at first.
 * @param now a clock in milliseconds
 */
export function createRateLimits(now: () => number = () => performance.now()): RateLimits {
  let buckets: Bucket[] = [];
  return {
    add: (limit) => {
      buckets.push({ limit, tokens: sizeOf(limit), filledAt: now() });
    },
    clear: () => {
      buckets = [];
    },
    admits: (operation) => {
      const concerned = buckets.filter(({ limit }) => limit.operations.includes(operation));
      for (const bucket of concerned) fill(bucket, now());
      if (concerned.some(({ tokens }) => tokens < 1)) return false;
      for (const bucket of concerned) bucket.tokens -= 1;
      return true;
    },
  };
}

function fill(bucket: Bucket, time: number): void {
  const { limit, filledAt, tokens } = bucket;
  bucket.tokens = Math.min(sizeOf(limit), tokens + ((time - filledAt) / 1000) * limit.perSecond);
  bucket.filledAt = time;
}

const sizeOf = ({ perSecond, burst }: RateLimit): number => burst ?? perSecond;
