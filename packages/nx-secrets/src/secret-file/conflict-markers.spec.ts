import { isConflicted } from './conflict-markers';

const sides = (ours: string, theirs: string, end = '\n') =>
  ['A: 1', '<<<<<<< HEAD', ours, '=======', theirs, '>>>>>>> feature', 'sops: {}', ''].join(end);

test.each<[string, string, boolean]>([
  ['both sides', sides('B: 2', 'B: 3'), true],
  ['both sides, in Windows', sides('B: 2', 'B: 3', '\r\n'), true],
  ['with the common ancestor', sides('B: 2\n||||||| 1f2e3d\nB: 1', 'B: 3'), true],
  ['no markers', 'A: 1\n', false],
  ['markers inside lines', 'A: <<<<<<< HEAD\nB: =======\nC: >>>>>>> feature\n', false],
  ['a rule of equals signs', 'A: |\n=======\n', false],
])('%s', (_, text, conflicted) => {
  expect(isConflicted(Buffer.from(text))).toBe(conflicted);
});
