import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../packages.mjs';
import { pictureTextPath } from './picture.mjs';

/** The texts that show a run of the demo, by what they are. */
export async function shownTexts() {
  const page = await readFile(join(repository, 'docs/start.md'), 'utf8');
  return {
    'the picture of the README': await readFile(pictureTextPath, 'utf8'),
    'docs/start.md': [...page.matchAll(/^```console\n([^]*?)^```$/gm)].map(([, block]) => block).join('\n'),
  };
}

/**
 * The first line of a text that a run of the demo did not print, in the order of the text; undefined where it printed all
 * of them. What differs from run to run counts for nothing: times, ids, counts of files.
 *
 * @param {string} text what is shown: a run, with lines left out
 * @param {string} run what the demo printed
 */
export function firstLineNotIn(text, run) {
  const printed = run.split('\n').map(plain);
  let at = 0;
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const found = printed.indexOf(plain(line), at);
    if (found < 0) return line;
    at = found + 1;
  }
  return undefined;
}

const plain = (line) =>
  line
    .trim()
    .replace(/\d+(?:\.\d+)? s\b/, 'N s')
    .replace(/ {2}\([\da-f-]{36}\)$/, '')
    .replace(/\(\d+ (objects|files)\)/, '(N $1)')
    .replace(/\b[\da-f]{64}\b/, 'HASH');
