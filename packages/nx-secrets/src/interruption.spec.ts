import { ProblemError } from './problem';
import { aborted, interruptible } from './interruption';

// The signal is an event of this process: nothing is killed.
const interrupt = (signal: NodeJS.Signals) => process.emit(signal, signal);

afterEach(() => jest.useRealTimers());

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s asks for an end', async (signal) => {
  const before = process.listenerCount(signal);
  const seen = await interruptible(async ({ requested, during }) => {
    const first = requested();
    interrupt(signal);
    return [first, requested(), await during(Promise.resolve('what is under way ends'))];
  });
  expect(seen).toEqual([false, true, 'what is under way ends']);
  expect(process.listenerCount(signal)).toBe(before);
});

test('what takes too long is aborted', async () => {
  jest.useFakeTimers();
  const ended = interruptible(({ during }) => {
    interrupt('SIGINT');
    interrupt('SIGTERM');
    return during(new Promise(() => undefined));
  }).catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(2_500);
  const error = await ended;
  expect(error instanceof ProblemError && error.problem).toBe(aborted);
});

test('nothing is aborted that nothing interrupts', async () => {
  expect(await interruptible(({ during }) => during(Promise.resolve(1)))).toBe(1);
});
