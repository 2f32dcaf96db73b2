import fc from 'fast-check';
import { line } from '../commit-graph.test-kit';
import { letters, type Commits, type Letter } from './commits.test-kit';
import { currents, expectNothingUndone, expectOrder, isSync, succeeded } from './expectations.test-kit';
import { everySchedule } from '../../testing/schedule.test-kit';
import { createStage, type Actor, type Play, type Played, type Stage } from './schedule.test-kit';

/** Schedules per property: a few seconds' worth; NX_SECRETS_SCHEDULES asks for more (test:interop plays thousands). */
const schedules = Number(process.env['NX_SECRETS_SCHEDULES'] ?? 100);
jest.setTimeout(30_000 + schedules * 1_000);

let stage: Stage;
beforeAll(async () => {
  stage = await createStage();
});

const picks = fc.array(fc.nat(5), { maxLength: 40 });
const some = <T>(actor: fc.Arbitrary<T>) => fc.array(actor, { minLength: 2, maxLength: 3 });
const sync = (commits: number) =>
  fc.record({ kind: fc.constant('sync' as const), commit: fc.nat(commits - 1) });
const death = fc.option(fc.record({ request: fc.nat(6), effect: fc.boolean() }), { nil: undefined });
const mortal = (commits: number) =>
  fc.tuple(sync(commits), death).map(([one, when]): Actor => ({ ...one, death: when }));
const person = fc.constantFrom<Actor>({ kind: 'roll-back' }, { kind: 'put-by-hand' });
const few = letters.slice(0, 4);
const lines: fc.Arbitrary<Commits> = fc
  .array(fc.constantFrom(...few), { minLength: 2, maxLength: 6 })
  .map((contents) => line(...contents));
const syncs = (...commits: readonly number[]): readonly Actor[] =>
  commits.map((commit) => ({ kind: 'sync', commit }));

/** Plays on a line of commits, some of which were synced before. */
const playsOf = (line: fc.Arbitrary<Commits>, actorsOf: (commits: number) => fc.Arbitrary<Actor>) =>
  line.chain((commits) =>
    fc.record<Play>({
      commits: fc.constant(commits),
      deployed: fc.subarray(commits.map((_, index) => index)).map((all) => syncs(...all)),
      actors: some(actorsOf(commits.length)),
      picks,
    }),
  );

const check = (plays: fc.Arbitrary<Play>, holds: (play: Play, played: Played) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(plays, async (play) => {
      const played = await stage.play(play);
      await expectOrder(stage, play, played);
      await holds(play, played);
    }),
    { numRuns: schedules },
  );

const newestOf = ({ deployed, actors }: Play) =>
  Math.max(...[...deployed, ...actors].filter(isSync).map(({ commit }) => commit));

/** A sync of the newest commit puts everything right, whatever was before. */
async function expectHealed(play: Play, { secretName }: Played): Promise<void> {
  const commit = newestOf(play);
  const healed = await stage.next(secretName, play.commits, { kind: 'sync', commit });
  expect(succeeded(healed.outcomes[0]?.kind)).toBe(true);
  expect(healed.state.current).toBe(play.commits[commit]?.content);
  await expectOrder(stage, { ...play, actors: [{ kind: 'sync', commit }] }, healed);
}

async function expectForward(play: Play, played: Played): Promise<void> {
  const moves = currents(played);
  expect(moves).toEqual([...moves].sort());
  const newest = newestOf(play);
  expect(played.state.current).toBe(play.commits[newest]?.content);
  play.actors.forEach((actor, index) => {
    if (isSync(actor) && actor.commit === newest) expect(succeeded(played.outcomes[index]?.kind)).toBe(true);
  });
  const again = await stage.next(played.secretName, play.commits, { kind: 'sync', commit: newest });
  expect(again).toMatchObject({ outcomes: [{ kind: 'unchanged' }], state: played.state });
}

test('contents that do not come back: AWSCURRENT only goes forward, and ends at the newest commit', () =>
  check(playsOf(fc.constant<Commits>(line(...few)), sync), expectForward));

test('reverts: nothing is undone but what docs/decisions/0008 says, and the next sync of the newest commit ends there', () =>
  check(playsOf(lines, sync), async (play, played) => {
    expectNothingUndone(play, played);
    await expectHealed(play, played);
  }));

test('runs that are killed: the next sync ends where it would have ended, without another version', () =>
  check(playsOf(lines, mortal), async (play, played) => {
    expectNothingUndone(play, played);
    await expectHealed(play, played);
  }));

test('people who move and put versions by hand: what they did is not undone', () =>
  check(
    playsOf(lines, (commits) => fc.oneof(sync(commits), person)),
    async (play, played) => expectNothingUndone(play, played),
  ));

test('--overwrite among others: every run ends, AWSPREVIOUS is right, no version is lost or made', () =>
  check(
    playsOf(lines, (commits) =>
      fc.oneof(
        sync(commits).map((one): Actor => ({ ...one, overwrite: true })),
        mortal(commits),
        person,
      ),
    ),
    async (_, { state, before }) => {
      expect(state.versions).toEqual(expect.arrayContaining([...before.versions]));
    },
  ));

describe('every schedule of two runs', () => {
  const [older, newer]: readonly Actor[] = [
    { kind: 'sync', commit: 1 },
    { kind: 'sync', commit: 2 },
  ];
  const staged: Actor = { kind: 'sync', commit: 1, death: { request: 1, effect: true } };
  const rows: readonly [string, Commits, readonly Actor[], readonly [Actor, Actor]][] = [
    ['the same commit, none there', line<Letter>('A', 'B', 'C'), syncs(), [older!, older!]],
    ['the same commit', line<Letter>('A', 'B', 'C'), syncs(0), [older!, older!]],
    ['an older and a newer one, none there', line<Letter>('A', 'B', 'C'), syncs(), [older!, newer!]],
    ['an older and a newer one', line<Letter>('A', 'B', 'C'), syncs(0), [older!, newer!]],
    ['one that is killed, and a newer one', line<Letter>('A', 'B', 'C'), syncs(0), [staged, newer!]],
  ];

  test.each(rows)('%s', async (_, commits, deployed, actors) => {
    let count = 0;
    for await (const played of everySchedule((picks) => stage.play({ commits, deployed, actors, picks }))) {
      const play = { commits, deployed, actors, picks: [] };
      await expectOrder(stage, play, played);
      await expectForward(play, played);
      count += 1;
    }
    expect(count).toBeGreaterThan(4);
  });

  test('a revert, and the late run of what it reverts: the revert is undone only by whoever looked before it', async () => {
    const actors: readonly Actor[] = [older!, newer!];
    const play = { commits: line<Letter>('A', 'B', 'A'), deployed: syncs(0, 1), actors };
    for await (const played of everySchedule((picks) => stage.play({ ...play, picks }))) {
      await expectOrder(stage, { ...play, picks: [] }, played);
      expect(played.state).toMatchObject({ current: 'A', previous: 'B' });
    }
  });
});

describe('what is not guaranteed, and put right by the next sync of the newest commit', () => {
  const commits = line<Letter>('A', 'B', 'A');
  const late: Actor = { kind: 'sync', commit: 1 };
  const revert: Actor = { kind: 'sync', commit: 2 };

  test.each<[string, readonly Actor[], readonly number[]]>([
    ['a revert that finds its content deployed already, then the late run', [late, revert], [1, 0]],
    // Both look; one puts and moves, the revert moves back, and then the other, which has put before, moves.
    [
      'a revert between the look and the move of a run, whose twin was faster',
      [late, late, revert],
      [0, 0, 1, 1, 1, 1, 1, 0],
    ],
  ])('%s', async (_, actors, picks) => {
    const play = { commits, deployed: syncs(0), actors, picks };
    const played = await stage.play(play);
    expect(played.state).toMatchObject({ current: 'B', previous: 'A' });
    expectNothingUndone(play, played);
    await expectHealed(play, played);
  });
});
