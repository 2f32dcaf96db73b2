import fc from 'fast-check';
import { concluded, lookBack, type Ancestry, type Finding, type Step, type Tokens } from './ancestry';

/** A token in the default form, and in the other one. */
const json = (content: string) => content.repeat(64).slice(0, 64);
const raw = (content: string) => `${content}f`.repeat(32);
const tokens = (content: string | undefined): Tokens =>
  content === undefined ? [] : [json(content), raw(content)];

/** Steps, newest first, as `from>to`; contents are letters of hexadecimal digits, `-` for no file. */
const steps = (...changes: readonly string[]): readonly Step[] =>
  changes.map((change) => {
    const [before, after] = [...change.replace('>', '')].map((content) =>
      content === '-' ? undefined : content,
    );
    return { after: tokens(after), before: tokens(before) };
  });

const ask = (history: readonly Step[], deployed: Parameters<typeof lookBack>[2], shallow = false) =>
  concluded(
    history.reduce<Finding>((finding, step) => lookBack(finding, step, deployed), 'nothing'),
    shallow,
  );

const linear = steps('b>c', 'a>b', '->a');
/** b is merged into a, which does not change meanwhile: the merge changes the file, and so did the branch. */
const merged = steps('a>b', 'a>b', '->a');
/** Both sides change a; the merge makes d of them. */
const conflict = steps('b>d', 'c>d', 'a>c', 'a>b', '->a');
const back = steps('b>a', 'a>b', '->a');

const rows: readonly [string, readonly Step[], string, string | undefined, Ancestry][] = [
  ['the first revision', linear, 'a', undefined, 'earlier'],
  ['a later one, after the one before it', linear, 'b', 'a', 'earlier'],
  ['one that was deployed although others lie between', linear, 'c', 'a', 'earlier'],
  ['no revision', linear, 'd', 'a', 'unknown'],
  ['a revision after a later one', linear, 'a', 'b', 'rolled-back'],
  ['a revision after one that is not here', linear, 'b', 'd', 'rolled-back'],
  ['no file yet', [], 'a', undefined, 'unknown'],
  ['what a branch had, after the merge of it', merged, 'a', 'b', 'rolled-back'],
  ['what a merge brought', merged, 'b', 'a', 'earlier'],
  ['one side, after the merge of both', conflict, 'b', 'd', 'rolled-back'],
  ['the other side, after the merge of both', conflict, 'c', 'd', 'rolled-back'],
  ['the base, after a side', conflict, 'a', 'b', 'rolled-back'],
  ['one side, after the base', conflict, 'b', 'a', 'earlier'],
  ['the newer side, after the older one', conflict, 'c', 'b', 'earlier'],
  ['the older side, after the newer one', conflict, 'b', 'c', 'rolled-back'],
  ['the merge of both, after its second parent', conflict, 'd', 'c', 'earlier'],
  ['a revert', back, 'a', 'b', 'earlier'],
  ['what was reverted', back, 'b', 'a', 'earlier'],
];

test.each(rows)('%s', (_, history, current, previous, expected) => {
  const deployed = { token: json('e'), current: json(current), previous: previous && json(previous) };
  expect(ask(history, deployed)).toBe(expected);
});

test.each(rows)(
  'in a shallow clone nothing but `earlier` is certain: %s',
  (_, history, current, previous, expected) => {
    const deployed = { token: json('e'), current: json(current), previous: previous && json(previous) };
    expect(ask(history, deployed, true)).toBe(expected === 'earlier' ? 'earlier' : 'shallow');
  },
);

test('a version that was put by hand and taken back leaves no trace', () => {
  const previous = '0f8fad5b-d9cb-469f-a165-70867728950e';
  expect(ask(linear, { token: json('c'), current: json('b'), previous })).toBe('earlier');
});

test('the output form was changed: forward to any other version, not back to the form before', () => {
  const deployed = { current: raw('b'), previous: json('b') };
  expect(ask(linear, { ...deployed, token: json('c') })).toBe('earlier');
  expect(ask(linear, { ...deployed, token: json('b') })).toBe('rolled-back');
  // A merge has the same content more than once.
  expect(ask(merged, { ...deployed, token: json('b') })).toBe('rolled-back');
});

test('property: on a line of commits it is `earlier` if the current revision stands after the previous one', () => {
  const contents = fc.array(fc.constantFrom<string>('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 8 });
  const content = fc.constantFrom<string>('a', 'b', 'c', 'd', '9');
  fc.assert(
    fc.property(contents, content, content, (commits, current, previous) => {
      fc.pre(current !== previous);
      const changes = ['-', ...commits]
        .map((to, index, all) => `${all[index - 1]}>${to}`)
        .slice(1)
        .filter(([from, , to]) => from !== to)
        .reverse();
      const first = commits.indexOf(previous);
      const last = commits.lastIndexOf(current);
      const expected = last < 0 ? 'unknown' : first >= 0 && first < last ? 'earlier' : 'rolled-back';
      const deployed = { token: json('8'), current: json(current), previous: json(previous) };
      expect(ask(steps(...changes), deployed)).toBe(expected);
    }),
    { numRuns: 500 },
  );
});
