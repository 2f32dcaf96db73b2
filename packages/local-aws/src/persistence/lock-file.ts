import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, messageOf } from '../failure';
import { DataFileError } from './data-file-error';

/** How often the owner of a lock updates it, and how long another process waits for an update. */
const heartbeatMs = 1000;
const defaultTimeoutMs = 10_000;
const pollMs = 50;
const attempts = 20;

/** A lock on a file that this process holds. */
export interface Lock {
  /** Throws DataFileError where another process has taken the lock over, as after the computer was asleep. */
  assertHeld(): void;
  release(): void;
}

/** Who holds a lock, as recorded in the lock file. */
interface Owner {
  readonly pid: number;
  /** Where the process id counts: a computer, or a container. */
  readonly host: string;
  /** When the process started: its id may be another one's by now. */
  readonly startedAt: number;
}

/**
 * Locks a file against other processes, by a file `<path>.lock` that names the owner. The lock of a process that has
 * ended is taken over at once where its id shows that, else when it has stopped updating the lock.
 * @param timeoutMs how long to wait for an update by an owner whose process cannot be looked up
 * @throws DataFileError where the file is in use, or the lock file cannot be written
 */
export async function acquireLock(path: string, timeoutMs = defaultTimeoutMs): Promise<Lock> {
  const lockPath = `${path}.lock`;
  try {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const own = create(lockPath);
      if (own !== undefined) return held(path, lockPath, own);
      const found = look(lockPath);
      if (found === undefined) continue;
      if (await isRunning(lockPath, found, timeoutMs)) throw inUse(path, look(lockPath)?.owner);
      takeAway(lockPath, found);
    }
  } catch (error) {
    if (error instanceof DataFileError) throw error;
    throw new DataFileError(
      `Cannot write the lock of the data file, ${lockPath}: ${messageOf(error)}. ` +
        'Create the folder and make it writable, or give another file with --data.',
    );
  }
  throw inUse(path, undefined);
}

function held(path: string, lockPath: string, own: string): Lock {
  const isHeld = (): boolean => readIfThere(lockPath) === own;
  const timer = setInterval(() => {
    try {
      const now = new Date();
      if (isHeld()) utimesSync(lockPath, now, now);
    } catch {
      // The next commit reports it.
    }
  }, heartbeatMs).unref();
  return {
    assertHeld: () => {
      if (isHeld()) return;
      throw new DataFileError(
        `The lock of the data file, ${lockPath}, was removed or taken over: another local-aws may use ${path}. ` +
          'Nothing more is written to it. Stop this local-aws and start it again.',
      );
    },
    release: () => {
      clearInterval(timer);
      if (isHeld()) rmSync(lockPath, { force: true });
    },
  };
}

/** Creates the lock file and gives its content; `undefined` where there is one already. */
function create(lockPath: string): string | undefined {
  const content = JSON.stringify({ ...ownerHere(), id: randomUUID() });
  let descriptor: number;
  try {
    descriptor = openSync(lockPath, 'wx', 0o600);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined;
    throw error;
  }
  try {
    writeSync(descriptor, content);
  } finally {
    closeSync(descriptor);
  }
  return content;
}

/** A lock file as it was found. */
interface Found {
  /** Tells it from one that has the same path later. */
  readonly content: string;
  readonly touchedAt: number;
  /** Absent while its process still writes it. */
  readonly owner: Owner | undefined;
}

function look(lockPath: string): Found | undefined {
  const content = readIfThere(lockPath);
  const touchedAt = statSync(lockPath, { throwIfNoEntry: false })?.mtimeMs;
  return content === undefined || touchedAt === undefined
    ? undefined
    : { content, touchedAt, owner: parseOwner(content) };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parseOwner(content: string): Owner | undefined {
  try {
    const { pid, host, startedAt } = JSON.parse(content) as Partial<Owner>;
    const whole = Number.isSafeInteger(pid) && typeof host === 'string' && typeof startedAt === 'number';
    return whole ? { pid: Number(pid), host, startedAt } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the owner of a lock is running: shown by its process id, or by a new update of the lock. */
async function isRunning(lockPath: string, found: Found, timeoutMs: number): Promise<boolean> {
  if (found.owner !== undefined && hasEnded(found.owner)) return false;
  if (Math.abs(Date.now() - found.touchedAt) < 2 * heartbeatMs && sameHost(found.owner)) return true;
  for (let waited = 0; waited < timeoutMs; waited += pollMs) {
    await delay(pollMs);
    const now = look(lockPath);
    if (now === undefined) return false;
    if (now.content !== found.content || now.touchedAt !== found.touchedAt) return true;
  }
  return false;
}

function hasEnded(owner: Owner): boolean {
  if (!sameHost(owner)) return false;
  const here = ownerHere();
  // In a container that was started again, this process may well have the id of the one that ended.
  if (owner.pid === here.pid) return Math.abs(owner.startedAt - here.startedAt) > 5000;
  try {
    process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

function sameHost(owner: Owner | undefined): boolean {
  return owner !== undefined && owner.host === hostHere();
}

function ownerHere(): Owner {
  return { pid: process.pid, host: hostHere(), startedAt: Math.round(Date.now() - process.uptime() * 1000) };
}

function hostHere(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** Removes a lock whose owner has ended, unless it is another one by now. */
function takeAway(lockPath: string, found: Found): void {
  const aside = `${lockPath}.${randomUUID()}`;
  try {
    renameSync(lockPath, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (readIfThere(aside) === found.content || existsSync(lockPath)) rmSync(aside, { force: true });
  // Another process was faster, and this is the lock that it holds now.
  else renameSync(aside, lockPath);
}

function inUse(path: string, owner: Owner | undefined): DataFileError {
  const who = owner === undefined ? 'another local-aws' : `another local-aws (process ${owner.pid})`;
  return new DataFileError(
    `The data file ${path} is in use by ${who}. Stop that one, or give another file with --data. ` +
      `Where no local-aws uses it, delete ${path}.lock.`,
  );
}
