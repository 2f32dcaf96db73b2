import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The forms in which a value could lie about: as it is, and as the usual encodings make of it. */
export function formsOf(value) {
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((shift) => base64Core(bytes, shift));
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    bytes.toString('hex'),
    ...base64,
  ];
}

/** What base64 makes of the value wherever it is in a longer text: without the characters that depend on neighbours. */
function base64Core(bytes, shift) {
  const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  return encoded.slice(shift === 0 ? 0 : shift + 1, -1);
}

/** Whether `bytes` hold one of the values in any of its forms. */
export const holdsAny = (bytes, values) =>
  values.some((value) => formsOf(value).some((form) => bytes.includes(form)));

/**
 * Paths of the files under `folder` that hold one of the values; links are not followed.
 *
 * @param {string} folder
 * @param {readonly string[]} values
 * @returns {Promise<{found: readonly string[], searched: number}>}
 */
export async function searchFolder(folder, values) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found = [];
  for (const file of files) {
    if (holdsAny(await readFile(file), values)) found.push(file);
  }
  return { found, searched: files.length };
}
