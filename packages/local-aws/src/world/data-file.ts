import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import writeFileAtomic from 'write-file-atomic';
import { codeOf, messageOf } from '../failure';
import { restoreSnapshot, takeSnapshot } from './snapshot';
import type { Universe } from './universe';

/** Changes within this time are written together. */
const settleMs = 50;

/** The data file cannot be read, is damaged, or cannot be written; the message says what to do. */
export class DataFileError extends Error {}

/**
 * Fills an empty universe from its file; a file that does not exist leaves it empty.
 * @throws DataFileError
 */
export async function loadDataFile(path: string, universe: Universe): Promise<void> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw new DataFileError(
      `Cannot read the data file ${path}: ${messageOf(error)}. Give a file that you may read and write.`,
    );
  }
  try {
    restoreSnapshot(content, universe);
  } catch (error) {
    // JSON.parse repeats parts of what it reads, and that may be key material.
    const what = error instanceof SyntaxError ? 'it is not JSON' : messageOf(error);
    throw new DataFileError(
      `The data file ${path} is damaged or not one of local-aws: ${what}. ` +
        'Move it away to start empty, or give another file with --data.',
    );
  }
}

/** Saves a universe while it changes. */
export interface Saver {
  /** To be called after each change; the change is on disk soon after. */
  changed(): void;
  /** Writes what is not written yet. Throws DataFileError. */
  flush(): Promise<void>;
}

/** A saver that writes a whole new file (0600, synced, then renamed over the old one) for each burst of changes. */
export function createSaver(path: string, universe: () => Universe): Saver {
  let unsaved = false;
  let scheduled = false;
  let writing: Promise<void> = Promise.resolve();

  const write = (): Promise<void> => {
    writing = writing
      .catch(() => undefined)
      .then(async () => {
        if (!unsaved) return;
        unsaved = false;
        try {
          await writeFileAtomic(path, takeSnapshot(universe()), { mode: 0o600 });
        } catch (error) {
          unsaved = true;
          throw new DataFileError(
            `Cannot write the data file ${path}: ${messageOf(error)}. Make room and the folder writable, or give another file.`,
          );
        }
      });
    return writing;
  };

  /** One write at a time and a pause before each, so that many changes of a large state do not block the server. */
  const writeSoon = (): void => {
    if (scheduled) return;
    scheduled = true;
    void delay(settleMs, undefined, { ref: false })
      .then(write)
      .then(
        () => unsaved,
        (error: unknown) => {
          // Kept for the next change or the stop, which fails if it cannot be written then either.
          process.emitWarning(messageOf(error));
          return false;
        },
      )
      .then((again) => {
        scheduled = false;
        if (again) writeSoon();
      });
  };

  return {
    changed: () => {
      unsaved = true;
      writeSoon();
    },
    flush: write,
  };
}
