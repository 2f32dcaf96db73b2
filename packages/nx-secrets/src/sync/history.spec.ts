import type { EncryptedFile } from 'sops-codec';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git, useDirectory, writeFiles } from '../testing/workspace.test-kit';
import { gitHistory } from './history';
import type { Desired } from './states';
import { tokenOf } from './token';

const directory = useDirectory();
const file = 'services/user-service/secrets/dev.enc.yaml';
const other = 'services/payment-service/secrets/dev.enc.yaml';
const run = (...args: readonly string[]) => git(directory(), ...args);
// Long enough that Git sees a rename, with a change in it, as one.
const text = (content: string) => `${'line\n'.repeat(20)}${content}\n`;
const token = (content: string) => tokenOf(Buffer.from(text(content)));

async function commit(content: string, path = file): Promise<void> {
  await writeFiles(directory(), { [path]: text(content) });
  await run('add', '.');
  await run('commit', '-qm', content);
}

const wanted = (content: string, path = file): Desired => ({
  names: {
    service: 's',
    stage: 'dev',
    secretName: '/services/s/dev',
    keyAlias: 'alias/s-dev',
    address: { root: 's' },
  },
  path,
  scope: { region: 'eu-west-1', accountId: '111122223333' },
  keyArn: '',
  token: token(content),
  output: 'json',
  file: {} as EncryptedFile,
  uncommitted: false,
  tags: {},
  description: '',
  replicaRegions: [],
});

/** What history says of a deployed version, and of the one before it, when `content` is to be pushed. */
async function ask(content: string, current: string, previous?: string, root = directory(), path = file) {
  const desired = wanted(content, path);
  const question = { desired, current: token(current), previous: previous && token(previous) };
  return (await gitHistory(root)([question])).get(desired)?.ancestry;
}

test('without Git, and before the first commit, history is unavailable', async () => {
  expect(await ask('a', 'b')).toBe('unavailable');
  await run('init', '-q', '-b', 'main');
  expect(await ask('a', 'b')).toBe('unavailable');
});

describe('in a repository', () => {
  beforeEach(() => run('init', '-q', '-b', 'main'));

  test('revisions, those of other files and branches, and a roll-back', async () => {
    for (const content of ['a', 'b', 'c']) await commit(content);
    await commit('d', other);
    await run('checkout', '-qb', 'side');
    await commit('e');
    await run('checkout', '-q', 'main');
    expect(await ask('c', 'b', 'a')).toBe('earlier');
    expect(await ask('c', 'a', 'b')).toBe('rolled-back');
    expect(await ask('c', 'd')).toBe('unknown');
    expect(await ask('c', 'e')).toBe('unknown');
  });

  test('after a merge, what the branch brought is not older than what it replaced', async () => {
    await commit('a');
    await run('checkout', '-qb', 'side');
    await commit('b');
    await run('checkout', '-q', 'main');
    await commit('d', other);
    await run('merge', '-q', '--no-ff', '-m', 'merge', 'side');
    expect(await ask('b', 'a')).toBe('earlier');
    expect(await ask('b', 'a', 'b')).toBe('rolled-back');
    await commit('c');
    expect(await ask('c', 'b', 'a')).toBe('earlier');
    expect(await ask('c', 'a', 'b')).toBe('rolled-back');
  });

  test('a merge of two changes is newer than both, whatever it takes', async () => {
    await commit('a');
    await run('checkout', '-qb', 'side');
    await commit('b');
    await run('checkout', '-q', 'main');
    await commit('c');
    await run('merge', '-q', '-s', 'ours', '-m', 'merge', 'side');
    expect(await ask('c', 'b', 'a')).toBe('earlier');
    await commit('d');
    for (const side of ['b', 'c']) {
      expect(await ask('d', side, 'a')).toBe('earlier');
      expect(await ask('d', side, 'd')).toBe('rolled-back');
    }
  });

  test('questions about many files are one walk; a file is followed only where its beginning may be a rename', async () => {
    for (const path of [file, other]) for (const content of ['a', 'b', 'c']) await commit(content, path);
    const questions = [file, other].map((path) => ({
      desired: wanted('c', path),
      current: token('b'),
      previous: token('a'),
    }));
    const trace = join(directory(), 'trace');
    process.env['GIT_TRACE'] = trace;
    try {
      const answers = await gitHistory(directory())(questions);
      expect([...answers.values()].map(({ ancestry }) => ancestry)).toEqual(['earlier', 'earlier']);
    } finally {
      delete process.env['GIT_TRACE'];
    }
    const walks = (await readFile(trace, 'utf8'))
      .split('\n')
      .filter((line) => / built-in: git .*log /.test(line));
    expect(walks).toHaveLength(1);
    expect(walks[0]).not.toContain('--follow');
  });

  test("a rename of the service's folder, with a change in the same commit, is followed", async () => {
    await commit('a');
    await commit('b');
    await run('mv', 'services/user-service', 'services/customer-service');
    const moved = file.replace('user', 'customer');
    await commit('c', moved);
    expect(await ask('c', 'b', 'a', directory(), moved)).toBe('earlier');
    expect(await ask('c', 'a', 'b', directory(), moved)).toBe('rolled-back');
    await commit('d', moved);
    expect(await ask('d', 'a', undefined, directory(), moved)).toBe('earlier');
    expect(await ask('d', 'c', 'b', directory(), moved)).toBe('earlier');
  });

  test('a file that was removed and came back has its whole history', async () => {
    await commit('a');
    await run('rm', '-q', file);
    await run('commit', '-qm', 'remove');
    await commit('b');
    expect(await ask('b', 'a')).toBe('earlier');
  });

  test('a shallow clone answers what it can', async () => {
    for (const content of ['a', 'b', 'c']) await commit(content);
    const clone = async (depth: number) => {
      await run('clone', '-q', `--depth=${depth}`, `file://${directory()}`, `clone-${depth}`);
      return join(directory(), `clone-${depth}`);
    };
    const [one, two, three] = [await clone(1), await clone(2), await clone(3)];
    expect(await ask('c', 'b', 'a', one)).toBe('shallow');
    expect(await ask('c', 'b', undefined, two)).toBe('earlier');
    expect(await ask('c', 'b', 'a', two)).toBe('shallow');
    expect(await ask('c', 'b', 'a', three)).toBe('earlier');
    expect(await ask('c', '9', undefined, one)).toBe('shallow');
  });

  test("whatever the user's Git is configured to print", async () => {
    for (const [name, value] of [
      ['log.showRoot', 'false'],
      ['log.showSignature', 'true'],
      ['log.follow', 'true'],
      ['log.decorate', 'full'],
      ['format.pretty', 'fuller'],
      ['diff.renames', 'copies'],
      ['core.quotePath', 'true'],
      ['color.ui', 'always'],
    ] as const)
      await run('config', name, value);
    await commit('a');
    await commit('b');
    expect(await ask('b', 'a')).toBe('earlier');
    await commit('c');
    expect(await ask('c', 'b', 'a')).toBe('earlier');
  });

  test('many files in one question, each with its own answer', async () => {
    for (const content of ['a', 'b']) for (const path of [file, other]) await commit(content, path);
    const [first, second] = [wanted('b'), wanted('b', other)];
    const answers = await gitHistory(directory())([
      { desired: first, current: token('a'), previous: undefined },
      { desired: second, current: token('9'), previous: undefined },
    ]);
    expect([first, second].map((one) => answers.get(one)?.ancestry)).toEqual(['earlier', 'unknown']);
  });
});
