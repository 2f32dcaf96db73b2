import fc from 'fast-check';
import { createRateLimiter } from './rate-limiter';

/**
 * Sends calls through a rate limiter to a bucket of tokens, as AWS has them, in a time of its own.
 *
 * @returns the milliseconds that it took, and how many times a call was throttled
 */
function simulate(calls: number, atOnce: number, limit: { perSecond: number; burst: number }, latency = 15) {
  let time = 0;
  let tokens = limit.burst;
  let filledAt = 0;
  let throttles = 0;
  const rateLimiter = createRateLimiter(() => time);
  const events: { at: number; run: () => void }[] = [];
  const after = (wait: number, run: () => void) => events.push({ at: time + wait, run });
  const attempt = () => after(rateLimiter.turn(), () => after(latency, answer));
  let left = calls;
  const next = () => {
    if (left === 0) return;
    left -= 1;
    attempt();
  };
  const answer = () => {
    tokens = Math.min(limit.burst, tokens + ((time - filledAt) / 1000) * limit.perSecond);
    filledAt = time;
    if (tokens < 1) {
      throttles += 1;
      rateLimiter.throttled();
      attempt();
    } else {
      tokens -= 1;
      rateLimiter.answered();
      next();
    }
  };
  for (let slot = 0; slot < atOnce; slot += 1) next();
  while (events.length > 0) {
    events.sort((a, b) => a.at - b.at);
    const event = events.shift()!;
    time = event.at;
    event.run();
  }
  return { milliseconds: time, throttles };
}

test('nothing waits where nothing is throttled', () => {
  expect(simulate(1000, 10, { perSecond: 1e6, burst: 1e6 })).toEqual({
    milliseconds: expect.closeTo(1500) as number,
    throttles: 0,
  });
});

test('goes on as fast as AWS takes calls', () => {
  const { milliseconds, throttles } = simulate(1000, 32, { perSecond: 50, burst: 50 });
  // 950 calls at 50 a second are 19 s.
  expect(milliseconds).toBeLessThan(19_000 * 1.25);
  expect(throttles).toBeLessThan(100);
});

test('all calls come through, and not much later than the limit has it', () => {
  const cases = fc.record({
    calls: fc.integer({ min: 1, max: 600 }),
    atOnce: fc.integer({ min: 1, max: 64 }),
    perSecond: fc.integer({ min: 5, max: 200 }),
    burst: fc.integer({ min: 20, max: 200 }),
    latency: fc.integer({ min: 1, max: 200 }),
  });
  fc.assert(
    fc.property(cases, ({ calls, atOnce, latency, ...limit }) => {
      const { milliseconds } = simulate(calls, atOnce, limit, latency);
      const ideal = Math.max((calls / atOnce) * latency, ((calls - limit.burst) / limit.perSecond) * 1000);
      expect(milliseconds).toBeLessThan(ideal * 2 + 15_000);
    }),
    { numRuns: 100 },
  );
});
