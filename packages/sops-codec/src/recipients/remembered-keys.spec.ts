import { rememberedKeys } from './remembered-keys';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Unwrapped keys, in the order of their calls. */
function calls() {
  const made: Uint8Array[] = [];
  const unwrap = (byte: number) => () => {
    made.push(Uint8Array.from([byte, 7]));
    return Promise.resolve(made.at(-1) ?? new Uint8Array());
  };
  return { made, unwrap };
}
const zero = [0, 0];

test('equal keys at the same time are one call, each with a copy of its own; nothing is kept where nothing is to be', async () => {
  const keys = rememberedKeys(60_000, 100);
  const { made, unwrap } = calls();
  const [one, two, other] = await Promise.all([
    keys.get('e', false, unwrap(1)),
    keys.get('e', false, unwrap(1)),
    keys.get('ee', false, unwrap(2)),
  ]);
  expect([one, two, other].map((key) => [...(key ?? [])])).toEqual([
    [1, 7],
    [1, 7],
    [2, 7],
  ]);
  expect(one).not.toBe(two);
  await settled();
  expect(made.map((key) => [...key])).toEqual([zero, zero]);
  await keys.get('e', false, unwrap(1));
  expect(made).toHaveLength(3);
});

test('a failure is that of all who wait, and of no later one', async () => {
  const keys = rememberedKeys(60_000, 100);
  let count = 0;
  const get = () =>
    keys.get('e', true, () => {
      count += 1;
      return count === 1 ? Promise.reject(new Error('refused')) : Promise.resolve(Uint8Array.from([1]));
    });
  const both = await Promise.allSettled([get(), get()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect([...(await get())]).toEqual([1]);
});

describe('a key that is kept', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] }));
  afterEach(() => jest.useRealTimers());

  test('is filled with zeros after its time, which reading does not prolong', async () => {
    const keys = rememberedKeys(1_000, 100);
    const { made, unwrap } = calls();
    const copy = await keys.get('e', true, unwrap(1));
    copy.fill(0);
    jest.advanceTimersByTime(999);
    expect([...(await keys.get('e', true, unwrap(1)))]).toEqual([1, 7]);
    expect(made).toHaveLength(1);
    jest.advanceTimersByTime(1);
    await settled();
    expect([...(made[0] ?? [])]).toEqual(zero);
    await keys.get('e', true, unwrap(1));
    expect(made).toHaveLength(2);
  });

  test('gives way to newer ones when there are too many', async () => {
    const keys = rememberedKeys(1_000, 2);
    const { made, unwrap } = calls();
    for (const id of ['a', 'b', 'c']) await keys.get(id, true, unwrap(1));
    await settled();
    expect(made.map((key) => [...key])).toEqual([zero, [1, 7], [1, 7]]);
    await keys.get('b', true, unwrap(1));
    expect(made).toHaveLength(3);
  });

  test.each(['before', 'after'])(
    'is forgotten %s it is there, and whoever waits for it has it',
    async (when) => {
      const keys = rememberedKeys(1_000, 2);
      const { made, unwrap } = calls();
      const waiting = keys.get('a', true, unwrap(1));
      if (when === 'after') await waiting;
      keys.forget();
      expect([...(await waiting)]).toEqual([1, 7]);
      await settled();
      expect(made.map((key) => [...key])).toEqual([zero]);
      expect(jest.getTimerCount()).toBe(0);
      await keys.get('a', true, unwrap(1));
      expect(made).toHaveLength(2);
    },
  );

  test('of no time is not kept', async () => {
    const keys = rememberedKeys(0, 100);
    const { made, unwrap } = calls();
    await keys.get('e', true, unwrap(1));
    await settled();
    expect(made.map((key) => [...key])).toEqual([zero]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
