import fc from 'fast-check';
import { historyOf, line, type CommitGraph } from '../commit-graph.test-kit';
import { letters, type Letter } from './commits.test-kit';
import { expectNothingUndone, expectOrder, succeeded } from './expectations.test-kit';
import { begun, operate, operations, type Repository } from './git-operations.test-kit';
import { createStage, type Actor, type Play, type Stage } from './schedule.test-kit';

/** Schedules per property: a few seconds' worth; NX_SECRETS_SCHEDULES asks for more (test:interop plays thousands). */
const schedules = Number(process.env['NX_SECRETS_SCHEDULES'] ?? 100);
/** Whole lives of a repository take several syncs each. */
const lifetimes = Math.ceil(schedules / 4);
jest.setTimeout(30_000 + schedules * 1_000);

let stage: Stage;
beforeAll(async () => {
  stage = await createStage();
});

const repositories = fc
  .array(operations, { minLength: 2, maxLength: 10 })
  .map((all) => all.reduce(operate, begun));

const person = fc.constantFrom<Actor>({ kind: 'roll-back' }, { kind: 'put-by-hand' });
const death = fc.option(fc.record({ request: fc.nat(6), effect: fc.boolean() }), { nil: undefined });
const actorsOn = (commits: number) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('sync' as const), commit: fc.nat(commits - 1) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('sync' as const),
        commit: fc.nat(commits - 1),
        overwrite: fc.constant(true),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('sync' as const), commit: fc.nat(commits - 1), death }),
    },
    { weight: 1, arbitrary: person },
  );

const plays: fc.Arbitrary<Play> = repositories.chain(({ commits }) =>
  fc.record({
    commits: fc.constant(commits),
    deployed: fc.array<Actor>(actorsOn(commits.length), { maxLength: 5 }),
    actors: fc.array<Actor>(actorsOn(commits.length), { minLength: 1, maxLength: 2 }),
    picks: fc.array(fc.nat(5), { maxLength: 20 }),
  }),
);

test('squash, rebase, merge, cherry-pick, revert, force-push, --overwrite, roll-back, kill: nothing is undone but what docs/decisions/0008 says', () =>
  fc.assert(
    fc.asyncProperty(plays, async (play) => {
      const played = await stage.play(play);
      await expectOrder(stage, play, played);
      expectNothingUndone(play, played);
    }),
    { numRuns: schedules },
  ));

/** One thing after the other: something in Git, then perhaps a sync of one of the branches, or somebody by hand. */
const lives = fc.array(
  fc.record({
    operation: operations,
    then: fc.constantFrom('main', 'side', 'side', 'overwrite-side', 'roll-back', 'put-by-hand', 'nothing'),
  }),
  { minLength: 1, maxLength: 8 },
);

const sync = (commit: number, overwrite = false): Actor => ({ kind: 'sync', commit, overwrite });

function actorOf(then: string, { main, side }: Repository): readonly Actor[] {
  switch (then) {
    case 'main':
      return [sync(main)];
    case 'side':
      return [sync(side)];
    case 'overwrite-side':
      return [sync(side, true)];
    case 'nothing':
      return [];
    default:
      return [{ kind: then as 'roll-back' | 'put-by-hand' }];
  }
}

test('whatever was before: one --overwrite is enough for main and its next commits', () =>
  fc.assert(
    fc.asyncProperty(lives, async (life) => {
      let repository = begun;
      const deployed: Actor[] = [sync(0)];
      for (const { operation, then } of life) {
        repository = operate(repository, operation);
        deployed.push(...actorOf(then, repository));
      }
      const { commits } = repository;
      const fresh = letters
        .filter((letter) => !commits.some(({ content }) => content === letter))
        .slice(0, 3);
      const next = fresh.map((content, index) => ({
        content,
        parents: [index === 0 ? repository.main : commits.length + index - 1],
      }));
      const all = [...commits, ...next];
      const { secretName } = await stage.play({
        commits: all,
        deployed: deployed.slice(0, -1),
        actors: deployed.slice(-1),
        picks: [],
      });
      let overwrites = 0;
      for (const commit of [repository.main, ...next.map((_, index) => commits.length + index)]) {
        const { outcomes } = await stage.next(secretName, all, sync(commit));
        if (succeeded(outcomes[0]?.kind)) continue;
        overwrites += 1;
        const again = await stage.next(secretName, all, sync(commit, true));
        expect(succeeded(again.outcomes[0]?.kind)).toBe(true);
      }
      expect(overwrites).toBeLessThanOrEqual(1);
    }),
    { numRuns: lifetimes },
  ));

const ways = ['merge', 'squash', 'rebase'] as const;

test('a branch that is pushed commit by commit and then comes to main in any way: nothing is refused', () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...ways),
      fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      async (way, pushed, mainGoesOn) => {
        let repository = begun;
        const deployed: Actor[] = [sync(0)];
        // A squash keeps the last content alone: where that was not pushed, main does not have what is deployed.
        for (const [index, isPushed] of pushed.entries()) {
          repository = operate(repository, { kind: 'work', at: 0 });
          const isLast = index === pushed.length - 1;
          if (isPushed || (isLast && way === 'squash')) deployed.push(sync(repository.side));
        }
        // A commit of main on other files.
        if (mainGoesOn)
          repository = {
            ...repository,
            commits: [...repository.commits, { content: 'A', parents: [0] }],
            main: repository.commits.length,
          };
        repository = operate(repository, { kind: way, at: 0 });
        if (way === 'rebase') repository = { ...repository, main: repository.side };
        const merged = repository.main;
        repository = operate(operate(repository, { kind: 'commit', at: 0 }), { kind: 'commit', at: 0 });
        const heads = [merged, repository.commits.length - 2, repository.main];
        const { secretName, state } = await stage.play({
          commits: repository.commits,
          deployed: deployed.slice(0, -1),
          actors: deployed.slice(-1),
          picks: [],
        });
        expect(state.current).toBe(
          repository.commits[(deployed.at(-1) as { commit: number }).commit]?.content,
        );
        for (const commit of heads) {
          const { outcomes } = await stage.next(secretName, repository.commits, sync(commit));
          expect(succeeded(outcomes[0]?.kind)).toBe(true);
        }
      },
    ),
    { numRuns: lifetimes },
  ));

test('a roll-back by hand to an older version is refused, whether main has the version that it left or not', () =>
  fc.assert(
    fc.asyncProperty(lives, async (life) => {
      let repository = operate(begun, { kind: 'commit', at: 0 });
      const deployed: Actor[] = [sync(0), sync(repository.main)];
      for (const { operation, then } of life) {
        repository = operate(repository, operation);
        deployed.push(...actorOf(then, repository));
      }
      const fresh = letters.find((letter) => !repository.commits.some(({ content }) => content === letter));
      fc.pre(fresh !== undefined);
      const commits = [...repository.commits, { content: fresh, parents: [repository.main] }];
      const { secretName, state } = await stage.play({
        commits,
        deployed,
        actors: [{ kind: 'roll-back' }],
        picks: [],
      });
      const { current = '', previous = '', byAge } = state;
      const isBack =
        letters.includes(current as Letter) &&
        letters.includes(previous as Letter) &&
        byAge.indexOf(current) < byAge.indexOf(previous) &&
        state.overwritten !== previous &&
        !hasInOrder(commits, previous, current);
      fc.pre(isBack);
      const { outcomes } = await stage.next(secretName, commits, sync(commits.length - 1));
      expect(outcomes[0]?.kind).toBe('failed');
    }),
    { numRuns: lifetimes },
  ));

/** Whether the newest commit's history has one content before another. */
function hasInOrder(commits: CommitGraph<Letter>, first: string, then: string): boolean {
  const all = historyOf(commits, [commits.length - 1]);
  return all
    .filter((commit) => commits[commit]?.content === then)
    .some((commit) => historyOf(commits, [commit]).some((each) => commits[each]?.content === first));
}

describe('what is not guaranteed, and put right by the next sync of the newest commit', () => {
  const late: Actor = { kind: 'sync', commit: 2 };
  test('a revert to a content that was never deployed, over one that the late commit does not have', async () => {
    const commits = line<Letter>('A', 'B', 'C', 'D', 'B');
    const play = { commits, deployed: [sync(0), sync(3), sync(4)], actors: [late], picks: [] };
    const played = await stage.play(play);
    expect(played.state).toMatchObject({ current: 'C', previous: 'B' });
    expectNothingUndone(play, played);
    const healed = await stage.next(played.secretName, commits, sync(4));
    expect(healed.state.current).toBe('B');
  });
});
