import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { codeOf, messageOf } from '../failure';
import type { Change, AccountStore } from '../store/account-store';
import { DataFileError } from './data-file-error';
import { applyCall, journalHead, journalLine, parseJournal } from './journal';
import { createJournalFile, type JournalFile } from './journal-file';
import { acquireLock } from './lock-file';
import { restoreSnapshot, takeSnapshot } from './snapshot';

/** The journal is folded into the data file once it is longer than this, and than the data file itself. */
const smallestLimit = 1024 * 1024;

/**
 * The state on disk: a snapshot (the data file) and a journal next to it. Each call that changes something is one line of
 * the journal, written before the call is answered, so that an answer outlives the process.
 */
export interface DataFile {
  /** Takes note of a change; the next commit saves it. */
  record(change: Change): void;
  /**
   * Saves what was recorded since the last commit. Where nothing was, it does not touch the disk.
   * @throws DataFileError where it cannot be saved; the changes are undone then
   */
  commit(): void;
  /** Folds the journal into the data file and gives the file free. Throws DataFileError. */
  close(): void;
}

/**
 * Locks a data file and fills an empty store from it and its journal; a file that does not exist leaves it empty.
 * @throws DataFileError where another process uses the file, or it is damaged or not accessible
 */
export async function openDataFile(given: string, accounts: AccountStore): Promise<DataFile> {
  const path = realPath(given);
  const journalPath = `${path}.journal`;
  const lock = await acquireLock(path);
  let changes: Change[] = [];
  let snapshotId: string | undefined;
  /** How long the journal may become. */
  let journalLimit = smallestLimit;
  let journal: JournalFile | undefined;
  /** Whether memory has something that neither file has: dates of last access. */
  let volatileChanges = false;

  const closeJournal = (): void => {
    journal?.close();
    journal = undefined;
  };

  /** Writes the whole state (0600, synced, then renamed over the old file) and drops the journal. */
  const writeSnapshot = (): void => {
    const id = randomUUID();
    const content = takeSnapshot(accounts, id);
    writeFileAtomic.sync(path, content, { mode: 0o600 });
    snapshotId = id;
    journalLimit = Math.max(smallestLimit, content.length);
    volatileChanges = false;
    closeJournal();
    // One that stays continues another snapshot, and is not read again.
    rmSync(journalPath, { force: true });
  };

  const append = (id: string, line: string): void => {
    journal ??= createJournalFile(journalPath, journalHead(id));
    try {
      journal.append(line);
    } catch (error) {
      if (journal.broken()) {
        closeJournal();
        snapshotId = undefined;
      }
      throw error;
    }
    const size = journal.size();
    if (size <= journalLimit) return;
    try {
      writeSnapshot();
    } catch (error) {
      // Nothing is lost: the journal has it all. It is tried again when the journal has doubled.
      journalLimit = size * 2;
      process.emitWarning(cannotWrite(path, error).message);
    }
  };

  const save = (saved: readonly Change[]): void => {
    try {
      lock.assertHeld();
      if (snapshotId === undefined) writeSnapshot();
      else append(snapshotId, journalLine(saved));
    } catch (error) {
      throw error instanceof DataFileError ? error : cannotWrite(path, error);
    }
  };

  try {
    const loaded = load(path, journalPath, accounts);
    snapshotId = loaded.snapshotId;
    journalLimit = Math.max(smallestLimit, loaded.size);
    if (loaded.torn) {
      process.emitWarning(
        `The last change in ${journalPath} was cut off before it was answered; it is dropped.`,
      );
    }
    if (loaded.journaled) save([]);
  } catch (error) {
    lock.release();
    throw error;
  }

  return {
    record: (change) => {
      if (change.durable) changes.push(change);
      else volatileChanges = true;
    },
    commit: () => {
      if (changes.length === 0) return;
      const saved = changes;
      changes = [];
      try {
        save(saved);
      } catch (error) {
        for (const change of saved.toReversed()) undo(change, accounts);
        throw error;
      }
    },
    close: () => {
      try {
        if (journal !== undefined || volatileChanges) {
          lock.assertHeld();
          writeSnapshot();
        }
      } catch (error) {
        throw error instanceof DataFileError ? error : cannotWrite(path, error);
      } finally {
        closeJournal();
        lock.release();
      }
    },
  };
}

interface Loaded {
  readonly snapshotId: string | undefined;
  readonly size: number;
  /** Whether there is a journal to fold into the snapshot. */
  readonly journaled: boolean;
  readonly torn: boolean;
}

function load(path: string, journalPath: string, accounts: AccountStore): Loaded {
  const content = readIfThere(path);
  if (content === undefined) return { snapshotId: undefined, size: 0, journaled: false, torn: false };
  const snapshotId = orDamaged(path, 'start empty', () => restoreSnapshot(content, accounts));
  const journaled = readIfThere(journalPath);
  const without = 'start without the changes in it';
  const journal =
    journaled === undefined ? undefined : orDamaged(journalPath, without, () => parseJournal(journaled));
  const none = { snapshotId, size: content.length, journaled: false, torn: false };
  if (journal === undefined || journal.snapshotId !== snapshotId) return none;
  orDamaged(journalPath, without, () => {
    for (const call of journal.calls) applyCall(call, accounts);
  });
  return { snapshotId: undefined, size: 0, journaled: true, torn: journal.torn };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new DataFileError(
      `Cannot read the data file ${path}: ${messageOf(error)}. Give a file that you may read and write.`,
    );
  }
}

function orDamaged<T>(path: string, without: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    // JSON.parse repeats parts of what it reads, and that may be key material.
    const what = error instanceof SyntaxError ? 'it is not JSON' : messageOf(error);
    throw new DataFileError(
      `The data file ${path} is damaged or not one of local-aws: ${what}. ` +
        `Move it away to ${without}, or give another file with --data.`,
    );
  }
}

function undo(change: Change, accounts: AccountStore): void {
  const { table, id, before } = change;
  if (table === 'sessions') return accounts.sessions.restore(id, before);
  const store = accounts.region(change.account, change.region);
  if (table === 'keys') store.keys.restore(id, before);
  else if (table === 'aliases') store.aliases.restore(id, before);
  else if (table === 'parameters') store.parameters.restore(id, before);
  else store.secrets.restore(id, before);
}

/** The path without links, so that one file has one lock whatever name it is given by; a link may lead to no file yet. */
function realPath(path: string, linksLeft = 40): string {
  const resolved = attempt(() => realpathSync(path));
  if (resolved !== undefined) return resolved;
  const target = attempt(() => readlinkSync(path));
  if (target !== undefined && linksLeft > 0) return realPath(resolve(dirname(path), target), linksLeft - 1);
  return join(attempt(() => realpathSync(dirname(path))) ?? dirname(path), basename(path));
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

function cannotWrite(path: string, error: unknown): DataFileError {
  return new DataFileError(
    `Cannot write the data file ${path}: ${messageOf(error)}. Make room and the folder writable, or give another file.`,
  );
}
