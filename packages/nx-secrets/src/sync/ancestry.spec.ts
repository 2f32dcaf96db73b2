import fc from 'fast-check';
import { concluded, lookBack, nothingSeen, type Ancestry, type Deployed, type Tokens } from './ancestry';
import { line, stepsOf, withinOf, type CommitGraph } from './commit-graph.test-kit';

/** A token in the default form, and in the other one. */
const json = (content: string) => content.repeat(64).slice(0, 64);
const raw = (content: string) => `${content}f`.repeat(32);
const tokens = (content: string | undefined): Tokens =>
  content === undefined ? [] : [json(content), raw(content)];

/** What is decided at the newest of some commits; contents are letters of hexadecimal digits. */
async function ask(graph: CommitGraph<string>, deployed: Deployed, shallow = false): Promise<Ancestry> {
  const within = withinOf(graph);
  let found = nothingSeen;
  for (const step of graph.length > 0 ? stepsOf(graph, graph.length - 1, tokens) : [])
    found = await lookBack(found, step, deployed, within);
  return concluded(found, shallow, within);
}

const linear = line('a', 'b', 'c');
const root = { content: 'a', parents: [] };
/** b is merged into a, which does not change meanwhile: the merge changes the file, and so did the branch. */
const merged: CommitGraph<string> = [root, { content: 'b', parents: [0] }, { content: 'b', parents: [0, 1] }];
/** Both sides change a; the merge makes d of them. */
const conflict: CommitGraph<string> = [
  root,
  { content: 'b', parents: [0] },
  { content: 'c', parents: [0] },
  { content: 'd', parents: [1, 2] },
];
/** Both sides change a, one takes it back, and the merge has the other's. */
const oneSide: CommitGraph<string> = [
  root,
  { content: 'b', parents: [0] },
  { content: 'c', parents: [0] },
  { content: 'a', parents: [2] },
  { content: 'b', parents: [1, 3] },
];
/** Both sides change a, and the merge takes one of them as it is. */
const theirs: CommitGraph<string> = [
  root,
  { content: 'b', parents: [0] },
  { content: 'c', parents: [0] },
  { content: 'c', parents: [1, 2] },
];
const back = line('a', 'b', 'a');

const rows: readonly [string, CommitGraph<string>, string, string | undefined, Ancestry][] = [
  ['the first revision', linear, 'a', undefined, 'earlier'],
  ['a later one, after the one before it', linear, 'b', 'a', 'earlier'],
  ['one that was deployed although others lie between', linear, 'c', 'a', 'earlier'],
  ['no revision', linear, 'd', 'a', 'unknown'],
  ['a revision after a later one', linear, 'a', 'b', 'rolled-back'],
  ['a revision after one that is not here', linear, 'b', 'd', 'unordered'],
  ['no file yet', [], 'a', undefined, 'unknown'],
  ['what a branch had, after the merge of it', merged, 'a', 'b', 'rolled-back'],
  ['what a merge brought', merged, 'b', 'a', 'earlier'],
  ['one side, after the merge of both', conflict, 'b', 'd', 'rolled-back'],
  ['the other side, after the merge of both', conflict, 'c', 'd', 'rolled-back'],
  ['the base, after a side', conflict, 'a', 'b', 'rolled-back'],
  ['one side, after the base', conflict, 'b', 'a', 'earlier'],
  ['a side, after the other', conflict, 'c', 'b', 'unordered'],
  ['the other, after that side', conflict, 'b', 'c', 'unordered'],
  ['the merge of both, after its second parent', conflict, 'd', 'c', 'earlier'],
  ['the merge that took a side, after the other', theirs, 'c', 'b', 'earlier'],
  ['the side that a merge did not take, after the other', theirs, 'b', 'c', 'rolled-back'],
  ['what a side came back to, after what it left', oneSide, 'a', 'c', 'earlier'],
  ['what both have, after what a side left', oneSide, 'b', 'c', 'earlier'],
  ['a revert', back, 'a', 'b', 'earlier'],
  ['what was reverted', back, 'b', 'a', 'earlier'],
];

test.each(rows)('%s', async (_, history, current, previous, expected) => {
  const deployed = { token: json('e'), current: json(current), previous: previous && json(previous) };
  expect(await ask(history, deployed)).toBe(expected);
});

test.each(rows)(
  'in a shallow clone nothing but `earlier` is certain: %s',
  async (_, history, current, previous, expected) => {
    const deployed = { token: json('e'), current: json(current), previous: previous && json(previous) };
    expect(await ask(history, deployed, true)).toBe(expected === 'earlier' ? 'earlier' : 'shallow');
  },
);

test('a version that was put by hand and removed leaves no trace', async () => {
  const previous = '0f8fad5b-d9cb-469f-a165-70867728950e';
  expect(await ask(linear, { token: json('c'), current: json('b'), previous })).toBe('earlier');
});

test('the output form was changed: forward to any other version, not back to the form before', async () => {
  const deployed = { current: raw('b'), previous: json('b') };
  expect(await ask(linear, { ...deployed, token: json('c') })).toBe('earlier');
  expect(await ask(linear, { ...deployed, token: json('b') })).toBe('rolled-back');
  // A merge has the same content more than once.
  expect(await ask(merged, { ...deployed, token: json('b') })).toBe('rolled-back');
});

const content = fc.constantFrom<string>('a', 'b', 'c', 'd', '9');
const contents = fc.constantFrom<string>('a', 'b', 'c', 'd');

test('property: on a line of commits it is `earlier` if the current revision comes after the previous one', async () => {
  const commits = fc.array(contents, { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(commits, content, content, async (all, current, previous) => {
      fc.pre(current !== previous);
      const first = all.indexOf(previous);
      const last = all.lastIndexOf(current);
      const expected =
        last < 0 ? 'unknown' : first < 0 ? 'unordered' : first < last ? 'earlier' : 'rolled-back';
      const deployed = { token: json('8'), current: json(current), previous: json(previous) };
      expect(await ask(line(...all), deployed)).toBe(expected);
    }),
    { numRuns: 500 },
  );
});

/** Commits that are merges, branches and roots, all in the history of the last one. */
const graphs: fc.Arbitrary<CommitGraph<string>> = fc
  .array(fc.tuple(contents, fc.array(fc.nat(), { maxLength: 2 })), { minLength: 1, maxLength: 7 })
  .map((all) => {
    const commits = all.map(([text, parents], index) => ({
      content: text,
      parents: index === 0 ? [] : [...new Set(parents.map((parent) => parent % index))],
    }));
    const heads = commits.flatMap((_, index) =>
      commits.some(({ parents }) => parents.includes(index)) ? [] : [index],
    );
    return [...commits, { content: 'e', parents: heads }];
  });

test('property: among branches and merges, where a commit that had it is before or after one that had the other', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, content, content, async (graph, current, previous) => {
      fc.pre(current !== previous);
      const within = withinOf(graph);
      const having = (text: string) =>
        graph.flatMap(({ content: each }, index) => (each === text ? [String(index)] : []));
      const isAfter = async (later: string, earlier: string) => {
        for (const one of having(earlier)) if (await within(one, having(later))) return true;
        return false;
      };
      const expected =
        having(current).length === 0
          ? 'unknown'
          : (await isAfter(current, previous))
            ? 'earlier'
            : (await isAfter(previous, current))
              ? 'rolled-back'
              : 'unordered';
      const deployed = { token: json('8'), current: json(current), previous: json(previous) };
      expect(await ask(graph, deployed)).toBe(expected);
    }),
    { numRuns: 500 },
  );
});
