import fc from 'fast-check';
import { faultKinds } from '../../testing/faults.test-kit';
import { everySchedule } from '../../testing/schedule.test-kit';
import { isFailed } from '../../report';
import { createRotationStage, type How, type RotationStage, type Run } from './revocation-play.test-kit';
import { expectRevoked } from './expect-revoked.test-kit';

// Every run here has a checkout of its own, and one that dies in this process would keep its lock.
jest.mock('proper-lockfile', () => ({ lock: async () => async () => undefined }));

/** Schedules per property; NX_SECRETS_SCHEDULES asks for more. */
const schedules = Number(process.env['NX_SECRETS_SCHEDULES'] ?? 8);
/** How often one of two runs is left for the other. */
const switches = schedules < 300 ? 1 : 2;
jest.setTimeout(240_000 + schedules * 1_000);

let stage: RotationStage;
beforeAll(async () => {
  stage = await createRotationStage();
});
afterAll(() => stage.close());
// The waits before what failed is sent again are random parts of 100 ms.
beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(0));
afterEach(() => jest.restoreAllMocks());

/** An undisturbed `--revoke` after whatever was before: it ends well, and no other key of the stage is left. */
async function expectRevocationEndsWell(checkout = 0) {
  const [last] = await stage.oneByOne([{ how: 'revoke' }], checkout);
  expect(last?.outcome).toMatchObject({ kind: 'revoked' });
  await expectRevoked(stage, last!, checkout);
  const key = stage.keyOf(stage.aliased());
  expect(key).toMatchObject({ state: 'Enabled', description: 'Secrets of user-service, stage dev' });
  expect(stage.keyOfSecret()).toContain(key!.id);
  expect(await stage.opensWith(key!.id, checkout)).toBe(true);
  const inUse = stage.keysOfStage().filter(({ id, state, description }) => {
    return id !== key!.id && state !== 'PendingDeletion' && !description.endsWith('(not in use yet)');
  });
  expect(inUse.map(({ id }) => id)).toEqual([]);
}

/** Earlier runs that end on their own: in what state they leave the keys is another one each time. */
const earlier: readonly (readonly How[])[] = [
  [],
  ['provision'],
  ['data-key'],
  ['key'],
  ['key', 'key'],
  ['key', 'data-key', 'provision'],
  ['revoke'],
  ['revoke', 'key'],
  ['key', 'revoke'],
];

test.each(earlier.map((runs) => [runs.join(', ') || 'nothing', runs] as const))(
  'after %s',
  async (_, runs) => {
    await stage.setUp();
    const ended = await stage.oneByOne(runs.map((how) => ({ how })));
    for (const { outcome } of ended) expect(outcome && isFailed(outcome)).toBe(false);
    await expectRevocationEndsWell();
  },
);

/** The last of these runs is killed in each state that it passes through, of which there are this many at least. */
const killed: readonly (readonly [states: number, runs: readonly How[]])[] = [
  [5, ['key']],
  [1, ['key', 'key']],
  [10, ['key', 'revoke']],
  [2, ['provision']],
  [1, ['data-key']],
];

test.each(killed.map(([states, runs]) => [runs.join(', then '), runs, states] as const))(
  'after %s killed in any state',
  async (_, runs, states) => {
    const deaths = await stage.deathsOf(runs);
    expect(deaths.length).toBeGreaterThanOrEqual(states);
    for (const death of deaths) {
      await stage.setUp();
      const given = runs.map((how, index): Run => (index === runs.length - 1 ? { how, death } : { how }));
      expect((await stage.oneByOne(given)).at(-1)?.outcome).toBeUndefined();
      await expectRevocationEndsWell();
    }
  },
);

test('killed in any state, --key goes on with the revocation, and no key of before is left in use', async () => {
  for (const death of await stage.deathsOf(['key', 'revoke'])) {
    await stage.setUp();
    const leaked = stage.aliased();
    await stage.oneByOne([{ how: 'key' }]);
    const [died] = await stage.oneByOne([{ how: 'revoke', death }]);
    expect(died?.outcome).toBeUndefined();
    const began = stage
      .keysOfStage()
      .find(({ id }) => id === died!.keyThen)!
      .tags.some(({ key }) => key === 'revoked');
    const [ended] = await stage.oneByOne([{ how: 'key' }]);
    // Before the tag is set nothing says that there was a revocation.
    if (!began) continue;
    expect(ended?.outcome && isFailed(ended.outcome)).toBe(false);
    for (const id of [leaked, died!.keyThen]) expect(stage.keyOf(id)?.state).toBe('PendingDeletion');
    expect(await stage.opensWith(stage.aliased(), 0)).toBe(true);
    // Where nothing was left to do, that was a rotation of its own.
    if (ended?.outcome?.kind !== 'rotated') expect(stage.keyOfSecret()).toContain(stage.aliased());
  }
});

const others = ['key', 'revoke', 'provision', 'data-key'] as const;

test.each(others)(
  `every schedule of --revoke and %s at once in which one is left for the other up to ${switches} times`,
  async (how) => {
    let count = 0;
    const play = async (picks: readonly number[]) => {
      await stage.setUp();
      return stage.atOnce([{ how: 'revoke' }, { how }], picks);
    };
    for await (const { ended } of everySchedule(play, switches)) {
      for (const [checkout, one] of ended.entries()) await expectRevoked(stage, one, checkout);
      // Whichever run replaced the key last, its checkout goes on from there.
      const opened = await Promise.all([0, 1].map((one) => stage.opensWith(stage.aliased(), one)));
      await expectRevocationEndsWell(Math.max(opened.indexOf(true), 0));
      count += 1;
    }
    expect(count).toBeGreaterThan(10);
  },
);

const hows = fc.constantFrom<How>('key', 'revoke', 'provision', 'data-key');
const death = fc.record({ request: fc.nat(30), effect: fc.boolean() });
const faults = fc.array(fc.record({ request: fc.nat(30), kind: fc.constantFrom(...faultKinds) }), {
  maxLength: 3,
});
const runs = fc.record({ how: hows, death: fc.option(death, { nil: undefined }), faults });

test('any runs, one by one or at once, killed, refused and cut off: each --revoke keeps its promise', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(runs, { maxLength: 3 }),
      runs,
      fc.record({ how: fc.constant<How>('revoke'), faults }),
      fc.array(fc.nat(3), { maxLength: 60 }),
      async (before, beside, revoking, picks) => {
        await stage.setUp();
        for (const run of before) {
          for (const ended of await stage.oneByOne([run])) await expectRevoked(stage, ended, 0);
        }
        const { ended } = await stage.atOnce([revoking, beside], picks);
        for (const [checkout, one] of ended.entries()) await expectRevoked(stage, one, checkout);
      },
    ),
    { numRuns: schedules },
  ));
