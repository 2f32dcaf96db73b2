import { openScreen } from './terminal';
import { startProgress } from './progress';

const run = (total: number, terminal = true) => {
  const drawn: string[] = [];
  const screen = { write: (text: string) => void drawn.push(text), close: () => drawn.push('closed') };
  const progress = startProgress('sync-secrets', total, () => (terminal ? screen : undefined));
  for (let count = 0; count < total; count += 1) progress.step();
  progress.end();
  return drawn;
};

test('a line that is drawn over itself, and removed', () => {
  const drawn = run(20);
  expect(drawn[0]).toBe('\rsync-secrets: 1 of 20');
  expect(drawn.at(-3)).toBe('\rsync-secrets: 20 of 20');
  expect(drawn.slice(-2)).toEqual(['\r\u001b[K', 'closed']);
});

test('a hundred drawings at most', () => expect(run(5_000).length).toBeLessThan(105));

test.each([
  ['few', 9, true],
  ['no terminal', 100, false],
])('nothing: %s', (_, total, terminal) => expect(run(total, terminal)).toEqual([]));

test.each(['NX_TUI', 'CI'])('nobody looks where %s is set', (name) => {
  const before = process.env[name];
  process.env[name] = 'true';
  expect(openScreen()).toBeUndefined();
  if (before === undefined) delete process.env[name];
  else process.env[name] = before;
});
