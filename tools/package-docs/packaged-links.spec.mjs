import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { brokenLinks } from '../links/broken-links.mjs';
import { readPage } from '../links/page.mjs';
import { repository } from '../packages.mjs';
import { packagedFiles, packagedLinks } from './packaged-links.mjs';

const github = 'https://github.com/nx-secrets/nx-secrets';
const files = ['a.md', 'decisions/README.md', 'decisions/0001-a.md', 'pictures/demo.svg'];

describe('the links of a page in a package', () => {
  for (const [text, expected] of [
    ['[x](a.md#there)', '[x](a.md#there)'],
    ['[x](#here)', '[x](#here)'],
    ['[x](decisions) [x](decisions/)', '[x](decisions) [x](decisions/)'],
    ['![x](pictures/demo.svg)', '![x](pictures/demo.svg)'],
    ['[x](https://nx.dev)', '[x](https://nx.dev)'],
    ['[x](left-out.md#a)', `[x](${github}/blob/main/docs/left-out.md#a)`],
    ['[x](../README.md)', `[x](${github}/blob/main/README.md)`],
    ['[x](../examples)', `[x](${github}/tree/main/examples)`],
    ['[x](../LICENSE)', `[x](${github}/blob/main/LICENSE)`],
    ['<img src="../a.svg">', `<img src="${github}/blob/main/a.svg">`],
    ['[x]\n\n[x]: ../README.md', `[x]\n\n[x]: ${github}/blob/main/README.md`],
    ['`[x](../README.md)`', '`[x](../README.md)`'],
    ['```\n[x](../README.md)\n```', '```\n[x](../README.md)\n```'],
  ])
    test(JSON.stringify(text), () => assert.equal(packagedLinks(text, 'a.md', files), expected));

  test('of a page in a folder', () => {
    const text = '[up](../a.md) [next](0001-a.md) [out](../../README.md)';
    assert.equal(
      packagedLinks(text, 'decisions/0001-a.md', files),
      `[up](../a.md) [next](0001-a.md) [out](${github}/blob/main/README.md)`,
    );
  });
});

describe('docs/ in a package', () => {
  const docs = join(repository, 'docs');
  const all = readdirSync(docs, { recursive: true }).map((path) => path.replaceAll('\\', '/'));

  for (const folder of ['nx-secrets', 'sops-codec'])
    test(`${folder}: no link leads out of the package, or nowhere`, () => {
      const packaged = packagedFiles(folder, all);
      assert.ok(packaged.length >= 3);
      const pages = new Map(
        packaged
          .filter((path) => path.endsWith('.md'))
          .map((path) => [
            path,
            readPage(packagedLinks(readFileSync(join(docs, path), 'utf8'), path, packaged)),
          ]),
      );
      const folders = packaged.flatMap((path) => path.split('/').slice(0, -1));
      assert.deepEqual(
        brokenLinks(pages, (path) => [...packaged, ...folders].includes(path)),
        [],
      );
    });
});
