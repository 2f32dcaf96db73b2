import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Content } from './plaintext/content';

/** Larger files are no text that somebody typed. */
const largestText = 512 * 1024;
const { O_RDONLY } = constants;
/** Git has a link's own text, not what it leads to; a pipe is not waited for. Windows has neither flag. */
const flags = O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a file of a service that may be anything: links are not followed, devices and large files are not read. One call
 * after the other: a check of hundreds of services reads tens of thousands of small files.
 */
export function readContent(folder: string, path: string): Content {
  let file: number;
  try {
    file = openSync(join(folder, path), flags);
  } catch {
    return { kind: 'none' }; // A link, or gone since it was listed.
  }
  try {
    const found = fstatSync(file);
    if (!found.isFile()) return { kind: 'none' };
    if (found.size > largestText) return { kind: 'unread' };
    const bytes = Buffer.alloc(found.size);
    return contentOf(bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0)));
  } catch {
    return { kind: 'none' };
  } finally {
    closeSync(file);
  }
}

/** UTF-16 is what PowerShell writes by `>`. */
function contentOf(bytes: Buffer): Content {
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return { kind: 'text', text: bytes.toString('utf16le').slice(1) };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const swapped = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2))).swap16();
    return { kind: 'text', text: swapped.toString('utf16le').slice(1) };
  }
  if (bytes.includes(0)) return { kind: 'unread' };
  return { kind: 'text', text: bytes.toString('utf8').replace(/^\uFEFF/, '') };
}
