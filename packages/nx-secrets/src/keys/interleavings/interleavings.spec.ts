import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { faultKinds } from '../../testing/faults.test-kit';
import { everySchedule } from '../../testing/schedule.test-kit';
import { expectDone, expectHealed, expectOneKey } from './expectations.test-kit';
import { createStage, type Before, type Play, type Played, type Run, type Stage } from './play.test-kit';

/** Schedules per property: a few seconds' worth; NX_SECRETS_SCHEDULES asks for more (test:interop plays thousands). */
const schedules = Number(process.env['NX_SECRETS_SCHEDULES'] ?? 50);
/** How often one of two runs is left for the other; each more takes ten times as long. */
const switches = schedules < 300 ? 1 : 2;
jest.setTimeout(120_000 + schedules * 1_000);

let stage: Stage;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nx-secrets-keys-'));
  stage = await createStage(directory);
});
afterAll(() => rm(directory, { recursive: true }));
// The waits before what failed is sent again are random parts of 100 ms.
beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(0));
afterEach(() => jest.restoreAllMocks());

const picks = fc.array(fc.nat(5), { maxLength: 60 });
const death = fc.record({ request: fc.nat(16), effect: fc.boolean() });
const fault = fc.record({ request: fc.nat(16), kind: fc.constantFrom(...faultKinds) });
const befores: fc.Arbitrary<Before> = fc.oneof(
  fc.record({ aliased: fc.constant('none' as const), unaliased: fc.nat(2) }),
  fc.record({
    aliased: fc.constant('none' as const),
    unaliased: fc.nat(1),
    lost: fc.constantFrom('Enabled' as const, 'Disabled' as const),
  }),
  fc.record({ aliased: fc.constantFrom('half-made' as const, 'in-use' as const), unaliased: fc.nat(2) }),
);
const playsOf = (run: fc.Arbitrary<Run>, least = 2): fc.Arbitrary<Play> =>
  fc.record({
    before: befores,
    runs: fc.array(run, { minLength: least, maxLength: 3 }),
    replicated: fc.boolean(),
    picks,
  });
const check = (plays: fc.Arbitrary<Play>, holds: (played: Played) => void = () => undefined) =>
  fc.assert(
    fc.asyncProperty(plays, async (play) => {
      const played = await stage.play(play);
      expectOneKey(played);
      holds(played);
      await expectHealed(stage, play, played);
    }),
    { numRuns: schedules },
  );

test('several runs at once: one key stays, and every other is scheduled for deletion and named', () =>
  check(playsOf(fc.constant({})), expectDone));

test('runs that are killed: the next one leaves one key, and names those that go', () =>
  check(playsOf(fc.record({ death: fc.option(death, { nil: undefined }) }))));

test('throttled, refused, failing and cut off: the next run leaves one key, and names those that go', () =>
  check(playsOf(fc.record({ faults: fc.array(fault, { minLength: 1, maxLength: 5 }) }), 1)));

test('all of it at once', () =>
  check(
    playsOf(
      fc.record({
        death: fc.option(death, { nil: undefined }),
        faults: fc.array(fault, { maxLength: 3 }),
      }),
    ),
  ));

test.each<[string, Before]>([
  ['nothing there', { aliased: 'none', unaliased: 0 }],
  ['a key without alias', { aliased: 'none', unaliased: 1 }],
  ['a key with its alias and nothing else', { aliased: 'half-made', unaliased: 1 }],
])('killed at any request, %s', async (_, before) => {
  let kills = 0;
  for (const effect of [false, true]) {
    for (let request = 0; ; request += 1) {
      const play: Play = { before, runs: [{ death: { request, effect } }], replicated: false, picks: [] };
      const played = await stage.play(play);
      expectOneKey(played);
      await expectHealed(stage, play, played);
      if (played.outcomes[0]) break;
      kills += 1;
    }
  }
  expect(kills).toBeGreaterThan(16);
});

describe(`every schedule of two runs in which one is left for the other up to ${switches} times`, () => {
  test.each<[string, Before]>([
    ['nothing there', { aliased: 'none', unaliased: 0 }],
    ['a key without alias', { aliased: 'none', unaliased: 1 }],
    ['a key with its alias and nothing else', { aliased: 'half-made', unaliased: 1 }],
  ])('%s', async (_, before) => {
    const play: Omit<Play, 'picks'> = { before, runs: [{}, {}], replicated: false };
    let count = 0;
    for await (const played of everySchedule((picks) => stage.play({ ...play, picks }), switches)) {
      expectOneKey(played);
      expectDone(played);
      await expectHealed(stage, play, played);
      count += 1;
    }
    expect(count).toBeGreaterThan(10);
  });
});
