import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { firstLineNotIn } from '../demo/shown-lines.mjs';
import { repository } from '../packages.mjs';

/** The commands of a page's console blocks, each with the lines that it shows. */
export async function commandsOf(page) {
  const text = await readFile(join(repository, 'docs', page), 'utf8');
  const blocks = [...text.matchAll(/^```console\n([^]*?)^```$/gm)].map(([, block]) => block);
  return blocks
    .flatMap((block) => block.split(/^\$ /m).slice(1))
    .map((entry) => {
      const [line = '', ...shown] = entry.split('\n');
      return { line, shown: shown.join('\n') };
    });
}

/** What differs from run to run counts for nothing. */
export const plain = (text) =>
  stripVTControlCharacters(text)
    .replaceAll('\r', '')
    // What a prompt has before its question, and Nx before an error.
    .replaceAll(/^ *(?:[◆◇│]|NX) +/gmu, '')
    .replaceAll(/ {2}\((?:the value stays|key was|tags|description)[^)]*\)$/gm, '')
    .replaceAll(/[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g, 'ID')
    .replaceAll(/ {2}\(ID\)$/gm, '')
    .replaceAll(/(commits? )[\da-f]{7,10} of [\d-]+/g, '$1ID of DAY');

/**
 * Plays a page: each command prints the lines that the page shows, in their order. One that shows the code of an error
 * fails, all others succeed.
 *
 * @param {string} page in docs/
 * @param {(line: string) => Promise<{shown: string, exitCode: number}>} inTerminal runs a command line
 */
export async function followPage(page, inTerminal) {
  for (const { line, shown } of await commandsOf(page)) {
    const played = await inTerminal(line);
    const fails = /^\s*code: /m.test(shown);
    assert.equal(played.exitCode === 0, !fails, `${line}\n${played.shown}`);
    const missing = firstLineNotIn(plain(shown), plain(played.shown));
    assert.equal(missing, undefined, `${line}\n${played.shown}`);
  }
}

/** A page's blocks of HCL. */
export async function hclOf(page) {
  const text = await readFile(join(repository, 'docs', page), 'utf8');
  return [...text.matchAll(/^```hcl\n([^]*?)^```$/gm)].map(([, block]) => block);
}
