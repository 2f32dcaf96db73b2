import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../src/command-line/commands';

const page = readFileSync(join(__dirname, '../../../docs/compatibility.md'), 'utf8');
const table = page.split('\n## Commands\n')[1]?.split('\n## ')[0] ?? '';
const listed = [...table.matchAll(/^\| (`[^|]+) \|/gm)]
  .flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
  .filter((name) => !name.startsWith('-'));

test('the list of commands in docs/compatibility.md is that of the program', () => {
  const names = commands.flatMap(({ name, commands: inner }) =>
    inner === undefined || name === 'completion' ? [name] : inner.map((one) => `${name} ${one.name}`),
  );
  expect([...listed].sort()).toEqual([...names, 'help', 'h'].sort());
});
