import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';

/** A journal that is open for appending. */
export interface JournalFile {
  /** Bytes written so far. */
  size(): number;
  /** Whether a failed write could not be undone: nothing may be appended any more. */
  broken(): boolean;
  /** Hands a line over to the operating system, which keeps it when the process is killed. Throws Node's error. */
  append(line: string): void;
  close(): void;
}

/** Starts a journal at a path with its head, in the place of one that may be there. Throws Node's error. */
export function createJournalFile(path: string, head: string): JournalFile {
  const descriptor = openSync(path, 'w', 0o600);
  let size = 0;
  let broken = false;
  const append = (line: string): void => {
    const bytes = Buffer.from(line, 'utf8');
    try {
      let written = 0;
      while (written < bytes.length) {
        written += writeSync(descriptor, bytes, written, bytes.length - written, size + written);
      }
      size += bytes.length;
    } catch (error) {
      // What comes after half a line would be lost with it.
      try {
        ftruncateSync(descriptor, size);
      } catch {
        broken = true;
      }
      throw error;
    }
  };
  try {
    append(head);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  return { size: () => size, broken: () => broken, append, close: () => closeSync(descriptor) };
}
