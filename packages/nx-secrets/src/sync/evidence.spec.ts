import { join } from 'node:path';
import type { EncryptedFile } from 'sops-codec';
import { git, useDirectory, writeFiles } from '../testing/workspace.test-kit';
import { gitEvidence } from './evidence';
import { gitHistory } from './history';
import type { Desired } from './states';
import type { RemoteSecret } from '../aws/secrets-manager/remote-secret';
import { tokenOf } from './token';

const directory = useDirectory();
const root = 'services/user-service';
const file = `${root}/secrets/dev.enc.yaml`;
const run = (...args: readonly string[]) => git(directory(), ...args);
const token = (content: string) => tokenOf(Buffer.from(content));
const short = async (name: string) => (await run('rev-parse', '--short', name)).stdout;

async function commit(content: string, more: readonly string[] = []): Promise<void> {
  await writeFiles(directory(), { [file]: content });
  await run('add', '.');
  await run('commit', '-qm', 'change', ...more);
}

const wanted = (content: string): Desired => ({
  names: {
    service: 'user-service',
    stage: 'dev',
    secretName: '/services/user-service/dev',
    keyAlias: 'alias/user-service-dev',
    address: { root },
  },
  path: file,
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

const remote = (current: string, previous?: string): RemoteSecret => ({
  kind: 'present',
  arn: '',
  kmsKeyId: undefined,
  tags: {},
  description: undefined,
  deletion: 'none',
  rotation: false,
  owningService: undefined,
  replicaOf: undefined,
  replicas: new Map(),
  current: token(current),
  previous: previous === undefined ? undefined : token(previous),
  versions: new Set(),
});

/** What is found of what is deployed, from a workspace where `content` is to be pushed. */
async function ask(content: string, current: string, previous?: string, from = directory(), time?: number) {
  const [desired, found] = [wanted(content), remote(current, previous)];
  const question = { desired, current: token(current), previous: found.previous };
  const answer = (await gitHistory(from)([question])).get(desired)!;
  return (await gitEvidence(from, time)([{ desired, remote: found, answer }])).get(desired);
}

beforeEach(async () => {
  await run('init', '-q', '-b', 'main');
  await commit('a');
});

test('nothing is asked where nothing is refused', async () => {
  expect(await gitEvidence(join(directory(), 'nowhere'))([])).toEqual(new Map());
});

test('a commit of another branch, by its author, date and branches; the one to be pushed, and its branch', async () => {
  await run('checkout', '-qb', 'feature/x');
  await commit('b', ['--author=Ada Lovelace <ada@localhost>', '--date=2026-11-20T09:00:00+01:00']);
  await run('tag', 'v1');
  await run('checkout', '-q', 'main');
  await commit('c');
  expect(await ask('c', 'b', 'a')).toMatchObject({
    current: {
      id: await short('feature/x'),
      author: 'Ada Lovelace',
      date: '2026-11-20T09:00:00+01:00',
      place: { kind: 'elsewhere', refs: ['feature/x', 'v1'] },
    },
    previous: { id: await short('main~1'), place: { kind: 'here' } },
    pushed: { id: await short('main'), author: 'Test' },
    branch: 'main',
    isPartial: false,
  });
});

test('a branch that begins here is another one; the same branch at origin, and what a detached HEAD lacks, is ahead', async () => {
  await run('checkout', '-qb', 'feature/x');
  await commit('b');
  await run('checkout', '-q', 'main');
  expect((await ask('a', 'b'))?.current?.place).toEqual({ kind: 'elsewhere', refs: ['feature/x'] });
  await run('update-ref', 'refs/remotes/origin/main', 'feature/x');
  expect((await ask('a', 'b'))?.current?.place).toEqual({
    kind: 'ahead',
    refs: ['feature/x', 'origin/main'],
  });
  await run('update-ref', '-d', 'refs/remotes/origin/main');
  await run('checkout', '-q', '--detach');
  const found = await ask('a', 'b');
  expect([found?.current?.place.kind, found?.branch]).toEqual(['ahead', undefined]);
});

test.each<[string, () => Promise<unknown>]>([
  ['amended', () => commit('c', ['--amend'])],
  ['force-pushed', () => run('reset', '-q', '--hard', 'HEAD~1')],
  [
    'on a branch that is deleted',
    async () => {
      await run('checkout', '-q', '-b', 'other', 'HEAD~1');
      await run('branch', '-qD', 'main');
    },
  ],
])('a commit that was %s is in the reflog only', async (_, rewrite) => {
  await commit('b');
  const id = await short('HEAD');
  await rewrite();
  expect((await ask('a', 'b', 'a'))?.current).toMatchObject({ id, place: { kind: 'unreferenced' } });
});

test('what another working tree has checked out, and what was put aside', async () => {
  await run('worktree', 'add', '-q', '--detach', 'elsewhere');
  const other = join(directory(), 'elsewhere');
  await writeFiles(other, { [file]: 'b' });
  await git(other, 'commit', '-qam', 'there');
  expect((await ask('a', 'b'))?.current).toMatchObject({ place: { kind: 'unreferenced' } });
  // Seen from there.
  await commit('c');
  expect((await ask('b', 'c', 'a', other))?.current?.place).toEqual({ kind: 'elsewhere', refs: ['main'] });
  await writeFiles(directory(), { [file]: 'd' });
  await run('stash', '-q');
  expect((await ask('c', 'd'))?.current?.place).toMatchObject({ refs: ['stash'] });
});

test('what no commit has: the one before it is found', async () => {
  await commit('b');
  const found = await ask('b', 'uncommitted', 'a');
  expect(found?.current).toBeUndefined();
  expect(found?.previous).toMatchObject({ id: await short('HEAD~1'), place: { kind: 'here' } });
});

test('a clone without reflog and other branches, as CI has it', async () => {
  await run('checkout', '-qb', 'side');
  await commit('b');
  await run('checkout', '-q', 'main');
  await run('clone', '-q', '--single-branch', `file://${directory()}`, 'clone');
  const clone = join(directory(), 'clone');
  await git(clone, 'checkout', '-q', '--detach');
  await git(clone, 'reflog', 'expire', '--expire=now', '--all');
  const found = await ask('a', 'b', 'a', clone);
  expect([found?.current, found?.isPartial]).toEqual([undefined, false]);
  expect(found?.pushed?.id).toBe(await short('main'));
});

test('when the time is up, what was found by then is given, and that there may be more', async () => {
  await run('checkout', '-qb', 'side');
  await commit('b');
  await run('checkout', '-q', 'main');
  expect(await ask('a', 'b', 'a', directory(), 0)).toEqual({ isPartial: true });
});

test('names of branches are data', async () => {
  await run('checkout', '-qb', 'main2');
  await commit('b', ['--author=--output=x <x@localhost>']);
  await run('update-ref', 'refs/heads/--upload-pack=x', 'HEAD');
  await run('checkout', '-q', 'main');
  expect((await ask('a', 'b'))?.current).toMatchObject({
    author: '--output=x',
    place: { refs: ['--upload-pack=x', 'main2'] },
  });
});
