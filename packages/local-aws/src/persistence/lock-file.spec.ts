import { execa } from 'execa';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFileError } from './data-file-error';
import { acquireLock } from './lock-file';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-aws-lock-'));
  path = join(folder, 'state.json');
});
afterEach(() => rm(folder, { recursive: true }));

type Owner = { pid: number; host: string; startedAt: number };

/** A lock file as this process would write it, with other members. */
async function leaveLock(change: Partial<Owner>): Promise<void> {
  const lock = await acquireLock(path);
  const owner = JSON.parse(readFileSync(`${path}.lock`, 'utf8')) as Owner;
  lock.release();
  writeFileSync(`${path}.lock`, JSON.stringify({ ...owner, ...change, id: 'left' }));
}

async function endedPid(): Promise<number> {
  const { stdout } = await execa(process.execPath, ['-p', 'process.pid']);
  return Number(stdout);
}

describe('the lock of a data file', () => {
  it('is held by one until it is released', async () => {
    const lock = await acquireLock(path);
    await expect(acquireLock(path)).rejects.toThrow(DataFileError);
    await expect(acquireLock(path)).rejects.toThrow(
      `is in use by another local-aws (process ${process.pid})`,
    );
    lock.assertHeld();
    lock.release();
    (await acquireLock(path)).release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('of a process that has ended is taken over at once', async () => {
    await leaveLock({ pid: await endedPid() });
    const lock = await acquireLock(path, 0);
    lock.assertHeld();
    lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it('of an earlier process with this id is taken over at once, as in a container that starts again', async () => {
    await leaveLock({ startedAt: Date.now() - 3_600_000 });
    (await acquireLock(path, 0)).release();
  });

  it('of a process that cannot be looked up is taken over when it gives no sign of life', async () => {
    await leaveLock({ host: 'elsewhere' });
    (await acquireLock(path, 100)).release();
  });

  it('of a process that cannot be looked up is respected while it gives signs of life', async () => {
    await leaveLock({ host: 'elsewhere' });
    const second = acquireLock(path, 60_000);
    utimesSync(`${path}.lock`, 1, 1);
    await expect(second).rejects.toThrow(DataFileError);
  });

  it.each(['', 'nonsense', '{"pid":"x"}', '[]', 'null'])(
    'with %j in it is not a lock for long',
    async (content) => {
      writeFileSync(`${path}.lock`, content);
      (await acquireLock(path, 100)).release();
    },
  );

  it('of an ended process goes to exactly one of many', async () => {
    await leaveLock({ pid: await endedPid() });
    const all = await Promise.allSettled(Array.from({ length: 12 }, () => acquireLock(path, 0)));
    const holders = all.flatMap((item) => (item.status === 'fulfilled' ? [item.value] : []));
    expect(holders).toHaveLength(1);
    holders[0]?.assertHeld();
    holders[0]?.release();
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['was removed', () => rm(`${path}.lock`)],
    ['was taken over', () => leaveOther()],
  ])('that %s is not held any more, and not released from under somebody else', async (_what, take) => {
    const lock = await acquireLock(path);
    await take();
    expect(() => lock.assertHeld()).toThrow(/Stop this local-aws and start it again/);
    const before = await readdir(folder);
    lock.release();
    expect(await readdir(folder)).toEqual(before);
  });

  async function leaveOther(): Promise<void> {
    await rm(`${path}.lock`);
    writeFileSync(`${path}.lock`, '{"pid":1,"host":"elsewhere","startedAt":0,"id":"other"}');
  }
});
