/** How fast calls may be sent: as fast as they come until AWS throttles one, and then about as fast as AWS takes them. */
export interface RateLimiter {
  /** Takes a turn; gives the milliseconds until it comes. */
  readonly turn: () => number;
  /** A call was answered. */
  readonly answered: () => void;
  /** A call was throttled. */
  readonly throttled: () => void;
}

/** Calls in flight when the rate is lowered are throttled, too, and do not count as news, for so many milliseconds. */
const inFlight = 250;
/** What is left of the rate after a throttle. */
const slowDown = 0.75;
/** What the rate grows by in a second in which nothing is throttled, in calls per second. */
const growth = 5;
const slowest = 1;
/** The least that the first throttle leaves: it may be the fault of others, and then few calls were answered before. */
const slowestAtFirst = 10;

/**
 * A rate limiter that nothing limits yet. Others may call the same account meanwhile, so it follows what it meets: each throttle
 * slows it down, each answer speeds it up a little.
 *
 * @param now a clock in milliseconds
 */
export function createRateLimiter(now: () => number = () => performance.now()): RateLimiter {
  /** Calls per second. */
  let rate = Infinity;
  let nextTurn = 0;
  let slowedAt = -Infinity;
  let answers: number[] = [];
  return {
    turn: () => {
      if (rate === Infinity) return 0;
      const turn = Math.max(now(), nextTurn);
      nextTurn = turn + 1000 / rate;
      return turn - now();
    },
    answered: () => {
      if (rate === Infinity) answers.push(now());
      else rate += growth / rate;
    },
    throttled: () => {
      const time = now();
      if (time - slowedAt < inFlight) return;
      slowedAt = time;
      // The first throttle tells what AWS takes: what it answered in the second before.
      const known = () => answers.filter((answer) => answer > time - 1000).length;
      rate = rate === Infinity ? Math.max(known(), slowestAtFirst) : Math.max(rate * slowDown, slowest);
      answers = [];
    },
  };
}
