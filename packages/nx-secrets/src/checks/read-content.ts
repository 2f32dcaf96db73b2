import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Content } from './plaintext/content';

/** Larger files are no text that somebody typed. */
const largestText = 512 * 1024;
/** A pipe is not waited for. Git has a link's own text, not what it leads to. Windows has neither flag. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a file of a service that may be anything: links are not followed, devices and large files are not read. One call
 * after the other: a check of hundreds of services reads tens of thousands of small files.
 */
export function readContent(folder: string, path: string): Content {
  const bytes = readBytes(join(folder, path), flags | (constants.O_NOFOLLOW ?? 0));
  return Buffer.isBuffer(bytes) ? contentOf(bytes) : { kind: bytes };
}

/**
 * Reads a file of variables as Nx does: through links, and as text whatever is in it.
 *
 * @returns undefined where it is too large; empty where nothing can be read
 */
export function readVariables(folder: string, path: string): string | undefined {
  const bytes = readBytes(join(folder, path), flags);
  if (Buffer.isBuffer(bytes)) return bytes.toString('utf8');
  return bytes === 'none' ? '' : undefined;
}

function readBytes(path: string, how: number): Buffer | 'none' | 'unread' {
  let file: number;
  try {
    file = openSync(path, how);
  } catch {
    return 'none'; // A link that is not followed, or gone since it was listed.
  }
  try {
    const found = fstatSync(file);
    if (!found.isFile()) return 'none';
    if (found.size > largestText) return 'unread';
    const bytes = Buffer.alloc(found.size);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
  } catch {
    return 'none';
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
