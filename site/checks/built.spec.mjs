/** The built site: all pages, in the navigation, with links that lead somewhere. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, test } from 'node:test';
import config, { base } from '../.vitepress/config.mjs';
import { siteLink } from '../links.mjs';
import { groups } from '../navigation.mjs';
import { allPages, decisions, placeOf } from '../pages.mjs';
import { builtSite } from '../built-site.mjs';

const read = (file) => readFileSync(join(builtSite, file), 'utf8');
const attributes = (html, pattern) => [...html.matchAll(pattern)].map(([, value]) => value);
const hrefs = (html) => attributes(html, /\s(?:href|src)="([^"]*)"/g);

describe('the navigation', () => {
  test('has every page of docs/ once, and nothing else', () => {
    const listed = [...groups.flatMap(({ pages }) => pages), ...decisions()];
    assert.deepEqual([...listed].sort(), allPages());
    assert.equal(new Set(listed).size, listed.length);
  });

  test('names each page by its title', () => {
    const items = config.themeConfig.sidebar.flatMap(({ items }) => items);
    assert.ok(items.every(({ text }) => /^[A-Z]|^sops-codec|^nx-secrets/.test(text)));
    assert.equal(new Set(items.map(({ text }) => text)).size, items.length);
  });
});

describe('the built site', () => {
  const files = allPages().map((page) => `${placeOf(page)}.html`);

  test('has every page', () => {
    assert.deepEqual(
      files.filter((file) => !existsSync(join(builtSite, file))),
      [],
    );
  });

  test('has no link within it that leads nowhere, anchors included', () => {
    const anchors = new Map(files.map((file) => [file, new Set(attributes(read(file), /\sid="([^"]*)"/g))]));
    const broken = files.flatMap((file) =>
      hrefs(read(file))
        .filter((href) => !/^(?:https:|mailto:|data:)/.test(href))
        .filter((href) => !leadsSomewhere(href, file, anchors))
        .map((href) => `${file}: ${href}`),
    );
    assert.deepEqual([...new Set(broken)], []);
  });

  test('loads nothing from elsewhere', () => {
    const loaded = files.flatMap((file) =>
      attributes(read(file), /<(?:script|img|link)\b[^>]*?\s(?:src|href)="(https?:[^"]*)"/g),
    );
    assert.deepEqual(loaded, []);
  });

  test('a link out of docs/ leads to a file that the repository has', () => {
    const repositoryUrl = /^https:\/\/github\.com\/nx-secrets\/nx-secrets\/(?:blob|tree)\/main\//;
    const paths = files
      .flatMap((file) => hrefs(read(file)))
      .filter((href) => repositoryUrl.test(href))
      .map((href) => href.replace(repositoryUrl, '').replace(/#.*/, ''));
    assert.ok(paths.length > 0);
    assert.deepEqual(
      paths.filter((path) => !existsSync(join(import.meta.dirname, '../..', path))),
      [],
    );
  });
});

function leadsSomewhere(href, from, anchors) {
  const [path, anchor] = decodeURI(href).split('#');
  if (path !== '' && path.startsWith('/') && !path.startsWith(base)) return false;
  const place = path.startsWith(base) ? path.slice(base.length) : posix.join(posix.dirname(from), path);
  const file = path === '' ? from : place === '' || place.endsWith('/') ? `${place}index.html` : place;
  const ids = anchors.get(file) ?? anchors.get(`${file}.html`);
  if (!ids) return existsSync(join(builtSite, file));
  return !anchor || ids.has(anchor);
}

describe('where a link leads on the site', () => {
  for (const [href, page, expected] of [
    ['errors.md#aws', 'reference.md', './errors.md#aws'],
    ['README.md', 'reference.md', './index.md'],
    ['../errors.md', 'decisions/0001-a.md', './../errors.md'],
    ['decisions', 'reference.md', './decisions/index.md'],
    ['./', 'decisions/0001-a.md', './index.md'],
    ['../README.md#x', 'reference.md', 'https://github.com/nx-secrets/nx-secrets/blob/main/README.md#x'],
    ['../examples', 'reference.md', 'https://github.com/nx-secrets/nx-secrets/tree/main/examples'],
    ['../LICENSE', 'reference.md', 'https://github.com/nx-secrets/nx-secrets/blob/main/LICENSE'],
    ['#here', 'reference.md', '#here'],
    ['https://nx.dev', 'reference.md', 'https://nx.dev'],
    ['pictures/demo.svg', 'README.md', './pictures/demo.svg'],
  ])
    test(`${href} of ${page}`, () => assert.equal(siteLink(href, page), expected));
});
