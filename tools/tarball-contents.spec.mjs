import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brokenPages, brokenRequires, mistakesIn } from './tarball-contents.mjs';

const manifest = {
  main: './dist/index.js',
  types: './dist/index.d.ts',
  exports: { '.': { module: './dist/esm/index.mjs' }, './package.json': './package.json' },
  bin: { tool: './bin/tool.js' },
};
const sources = ['src/index.ts', 'src/a/index.spec.ts'];
const good = [
  'README.md',
  'LICENSE',
  'package.json',
  'dist/index.js',
  'dist/index.d.ts',
  'bin/tool.js',
  'dist/esm/index.mjs',
  'dist/program/main.js',
  'dist/program/main.js.map',
  'dist/program/LICENSES.txt',
  'src/generators/init/schema.json',
  'AGENTS.md',
  'skills/tool/SKILL.md',
  'docs/README.md',
  'docs/decisions/0001-a.md',
  'docs/pictures/demo.svg',
  'nx-json.schema.json',
];

describe('mistakesIn', () => {
  const cases = [
    ['nothing', good, []],
    ['a source', [...good, 'src/index.ts'], ['src/index.ts: does not belong into the tarball']],
    [
      'a compiled test',
      [...good, 'dist/a/index.spec.js'],
      ['dist/a/index.spec.js: does not belong into the tarball'],
    ],
    [
      'a page of the repository',
      [...good, 'CONTRIBUTING.md'],
      ['CONTRIBUTING.md: does not belong into the tarball'],
    ],
    ['a recording', [...good, 'docs/demo.cast'], ['docs/demo.cast: does not belong into the tarball']],
    [
      'a source map',
      [...good, 'dist/index.js.map'],
      [
        'dist/index.js.map: does not belong into the tarball',
        'dist/index.js.map: its source is gone; delete dist and build again',
      ],
    ],
    [
      'what is left of a deleted source',
      [...good, 'dist/old.js'],
      ['dist/old.js: its source is gone; delete dist and build again'],
    ],
    ['no license', good.filter((path) => path !== 'LICENSE'), ['LICENSE: missing']],
    [
      'an ES module without a source',
      [...good, 'dist/esm/old.mjs'],
      ['dist/esm/old.mjs: its source is gone; delete dist and build again'],
    ],
    ['an entry', good.filter((path) => path !== 'dist/esm/index.mjs'), ['dist/esm/index.mjs: missing']],
    ['no program', good.filter((path) => path !== 'bin/tool.js'), ['bin/tool.js: missing']],
  ];
  for (const [name, files, mistakes] of cases) {
    test(name, () =>
      assert.deepEqual(
        mistakesIn(files, manifest, (path) => sources.includes(path)),
        mistakes,
      ),
    );
  }
});

test('a module whose own modules are not all packed is reported', () => {
  const texts = {
    'bin/tool.js': "require('../dist/index.js');",
    'dist/index.js':
      'const a = require("./a/one"); const b = require("./b"); require("node:fs"); require("yaml");',
    'dist/a/one.js': 'require("../command-line/left-out"); require("../package.json");',
    'dist/b/index.js': '',
    'dist/program/main.js': 'require("./made-at-run-time")',
  };
  assert.deepEqual(
    brokenRequires([...Object.keys(texts), 'dist/package.json'], (path) => texts[path]),
    ['dist/a/one.js: requires ../command-line/left-out, which is not in the tarball'],
  );
});

test('a link of a page that leads out of the tarball, or nowhere, is reported', () => {
  const texts = {
    'README.md': '[docs](docs/a.md) [folder](docs/decisions) [lost](../../docs/a.md)',
    'docs/a.md': '# A\n\n[up](../README.md) [there](decisions/0001-a.md#b) [gone](gone.md)',
    'docs/decisions/0001-a.md': '# B\n\n[no](#heading)',
  };
  assert.deepEqual(
    brokenPages(Object.keys(texts), (path) => texts[path]),
    [
      'README.md: ../../docs/a.md leads out of the folder',
      'docs/a.md: gone.md does not exist',
      'docs/decisions/0001-a.md: #heading names no heading of the page',
    ],
  );
});
