import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { execa } from 'execa';
import { repository } from '../packages.mjs';
import { brokenLinks } from './broken-links.mjs';
import { anchorOf } from './github.mjs';
import { readPage } from './page.mjs';

describe('this repository, as GitHub shows it', async () => {
  const { stdout } = await execa('git', ['ls-files', '--', '*.md'], { cwd: repository });
  const paths = stdout.split('\n').filter((path) => !/(?:^|\/)(?:vectors|test)\//.test(path));
  const pages = new Map(paths.map((path) => [path, readPage(readFileSync(join(repository, path), 'utf8'))]));

  test('every link leads somewhere, anchors included', () => {
    assert.ok(paths.length > 30);
    assert.ok([...pages.values()].flatMap(({ links }) => links).length > 100);
    assert.deepEqual(
      brokenLinks(pages, (path) => existsSync(join(repository, path))),
      [],
    );
  });

  test('every page has one title', () => {
    const others = [...pages].filter(([path, { titles }]) => path.startsWith('docs/') && titles.length !== 1);
    assert.deepEqual(
      others.map(([path]) => path),
      [],
    );
  });

  test('the list of decisions has all of them', () => {
    const decisions = paths.filter((path) => /^docs\/decisions\/\d/.test(path));
    const listed = pages.get('docs/decisions/README.md').links.map((href) => `docs/decisions/${href}`);
    assert.deepEqual(listed, decisions);
  });

  test('the first paragraph of a page says in a sentence what it is for', () => {
    const others = paths.filter((path) => {
      if (!/^docs\/[^/]+$/.test(path)) return false;
      const text = readFileSync(join(repository, path), 'utf8');
      const [, first = ''] = /^# .+\n\n(?:<!--[^>]*-->\n\n)?([^]*?)(?:\n\n|\n$)/.exec(text) ?? [];
      return !/^[A-Z`[][^]*[.:]$/.test(first) || first.startsWith('```');
    });
    assert.deepEqual(others, []);
  });
});

describe('links', () => {
  const page = (text) => readPage(text);
  const broken = (text, more = {}) => {
    const pages = new Map([
      ['docs/a.md', page(text)],
      ['docs/b.md', page('# One `two`\n\n## A & b, (c)\n\n## Same\n\n## Same\n\n<a id="here"></a>\n')],
    ]);
    const known = ['docs/a.md', 'docs/b.md', 'docs', 'README.md', 'docs/picture.svg', ...Object.keys(more)];
    return brokenLinks(pages, (path) => known.includes(path));
  };

  for (const text of [
    '[b](b.md), [up](../README.md), [folder](../docs), [docs](../docs/)',
    '[title](b.md#one-two) [and](b.md#a--b-c) [again](b.md#same-1) [id](b.md#here)',
    '# Own\n\n[own](#own)',
    '![picture](picture.svg) <img src="picture.svg"> <a href="b.md">b</a>',
    '[out](https://docs.aws.amazon.com/kms/latest/developerguide/overview.html) <mail@nx.dev>',
    '`[code](nowhere.md)`\n\n```\n[code](nowhere.md)\n```',
    '[by name]\n\n[by name]: b.md',
  ])
    test(`good: ${JSON.stringify(text).slice(0, 40)}`, () => assert.deepEqual(broken(text), []));

  for (const [text, mistake] of [
    ['[x](c.md)', 'c.md does not exist'],
    ['[x](b.md#nope)', 'b.md#nope names no heading of the page'],
    ['[x](#nope)', '#nope names no heading of the page'],
    ['[x](picture.svg#a)', 'picture.svg#a has an anchor, but leads to no page'],
    ['[x](/b.md)', '/b.md is not relative'],
    ['[x](../../b.md)', '../../b.md leads out of the folder'],
    ['<img src="lost.svg">', 'lost.svg does not exist'],
    ['<picture><source srcset="lost.svg"></picture>', 'lost.svg does not exist'],
    ['[x](http://nx.dev)', 'http://nx.dev is not https'],
    ['[x](https://)', 'https:// is not a URL'],
    ['[x](https://acme.example/a)', 'https://acme.example/a names no host of the internet'],
    ['[x](https://nx.dev/a,)', 'https://nx.dev/a, has a character that URLs do not have'],
    ['[by name]\n\n[by name]: c.md', 'c.md does not exist'],
  ])
    test(`broken: ${JSON.stringify(text).slice(0, 40)}`, () =>
      assert.deepEqual(broken(text), [`docs/a.md: ${mistake}`]));

  for (const [heading, anchor] of [
    ['`set`, `get` & more', 'set-get--more'],
    ['Who may do what?', 'who-may-do-what'],
    ['Größe (in MB)', 'größe-in-mb'],
    ['snake_case - dash', 'snake_case---dash'],
  ])
    test(`the anchor of "${heading}"`, () => assert.equal(anchorOf(heading.replaceAll('`', '')), anchor));
});
