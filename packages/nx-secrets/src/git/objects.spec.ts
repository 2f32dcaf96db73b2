import { openObjects } from './objects';
import { git, useDirectory, writeFiles } from '../testing/workspace.test-kit';

const directory = useDirectory();
const none = '0'.repeat(40);

test('where Git ends, whoever waits gets nothing', async () => {
  const objects = openObjects(directory());
  expect(await Promise.all([objects.read(none), objects.read(none)])).toEqual([undefined, undefined]);
  expect(await objects.read(none)).toBeUndefined();
  await objects.close();
});

test('each answer goes to its question: small, empty, binary, missing and no id at all', async () => {
  await git(directory(), 'init', '-q');
  await writeFiles(directory(), { a: 'one\n', b: '', c: '\n\0 missing\n' });
  const idOf = async (path: string) => (await git(directory(), 'hash-object', '-w', path)).stdout;
  const [a, b, c] = [await idOf('a'), await idOf('b'), await idOf('c')];
  const objects = openObjects(directory());
  const found = await Promise.all([a, none, b, 'no id', c, a].map((id) => objects.read(id)));
  await objects.close();
  expect(found.map((bytes) => bytes && Buffer.from(bytes).toString())).toEqual([
    'one\n',
    undefined,
    '',
    undefined,
    '\n\0 missing\n',
    'one\n',
  ]);
});
