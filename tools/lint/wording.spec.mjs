import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { execa } from 'execa';
import { repository } from '../packages.mjs';
import { bannedWords, readablePartsOf } from './wording.mjs';

const isCode = (path) => /\.(?:ts|mjs|cjs)$/.test(path) && !path.includes('/lint/wording.');
const isText = (path) => /\.md$/.test(path) || /(?:schema|generators|executors)\.json$/.test(path);

/** The banned words of a file, as lines for a failure. */
async function wordsOf(path) {
  const text = await readFile(join(repository, path), 'utf8');
  const parts = isCode(path) ? readablePartsOf(path, text) : [{ index: 0, text }];
  return parts.flatMap((part) =>
    bannedWords(part.text).map(({ index, word, instead }) => {
      const line = text.slice(0, part.index + index).split('\n').length;
      return `${path}:${line} "${word}": write ${instead}`;
    }),
  );
}

describe('plain English', () => {
  test('no message, comment, schema or page has a banned word', async () => {
    const { stdout } = await execa(
      'git',
      ['ls-files', '--', 'packages', 'docs', 'e2e', 'tools', 'examples', '*.md'],
      {
        cwd: repository,
      },
    );
    const paths = stdout
      .split('\n')
      .filter((path) => (isCode(path) || isText(path)) && !path.includes('/vectors/'));
    assert.ok(paths.length > 500);
    assert.deepEqual((await Promise.all(paths.map(wordsOf))).flat(), []);
  });

  for (const [text, words] of [
    ['which stages the service has is said nowhere', ['is said']],
    ['the value would stand in clear', ['stand', 'in clear']],
    ['encrypt it anew', ['anew']],
    ['"90x" is no age', ['is no ']],
    ['an unforeseen error', ['unforeseen']],
    ['each problem is told; it is told to begin', ['is told']],
    ['it is pushed all the same, though not all the same one', ['all the same']],
    ['{service} stands for the name; there is no key; it is no longer used', []],
  ])
    test(text, () => {
      const found = bannedWords(text).map(({ word }) => word);
      for (const word of words) assert.ok(found.includes(word), word);
      assert.equal(found.length > 0, words.length > 0);
    });

  test('strings, templates and comments are read, code is not', () => {
    const text = "const anew = `a ${b} anew`; // mends\n/* lies */ f('in clear');";
    const words = readablePartsOf('x.ts', text).flatMap((part) => bannedWords(part.text));
    assert.deepEqual(words.map(({ word }) => word).sort(), ['anew', 'in clear', 'lies', 'mends']);
  });
});
