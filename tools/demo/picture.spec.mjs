import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { pictureOf, picturePath, pictureTextPath } from './picture.mjs';
import { firstLineNotIn, shownTexts } from './shown-lines.mjs';

describe('the picture of the README', async () => {
  const text = await readFile(pictureTextPath, 'utf8');

  test('is made of its text: node tools/demo/picture.mjs', async () => {
    assert.equal(await readFile(picturePath, 'utf8'), pictureOf(text));
  });

  test('fits: its lines are short, and few', () => {
    const lines = text.trimEnd().split('\n');
    assert.ok(lines.length <= 24);
    assert.deepEqual(
      lines.filter((line) => line.length > 88),
      [],
    );
  });

  test('has no text that SVG would read as markup', () => {
    assert.ok(pictureOf('$ set <key> & more').includes('set &lt;key&gt; &amp; more'));
  });
});

describe('what a page shows of the demo', () => {
  const run =
    '\n$ one\n  made     key alias/a  (020122d4-b5e3-42fd-bb9e-4dc54d8eb9e0)\n  2 secrets in 0.6 s\n\n$ two\n';

  for (const [text, missing] of [
    ['$ one\n$ two', undefined],
    ['$ one\nmade     key alias/a\n  2 secrets in 0.1 s', undefined],
    ['$ three', '$ three'],
    ['$ two\n$ one', '$ one'],
    ['made     key alias/b', 'made     key alias/b'],
    ['3 secrets in 0.6 s', '3 secrets in 0.6 s'],
  ])
    test(`${JSON.stringify(text)}: ${missing ?? 'was printed'}`, () =>
      assert.equal(firstLineNotIn(text, run), missing));

  test('there is something to compare', async () => {
    const lines = Object.values(await shownTexts()).map((text) => text.trim().split('\n').length);
    assert.ok(lines.every((count) => count > 12));
  });
});
