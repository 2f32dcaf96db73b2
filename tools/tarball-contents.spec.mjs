import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { brokenRequires, mistakesIn } from './tarball-contents.mjs';

const manifest = { main: './dist/index.js', types: './dist/index.d.ts', bin: { tool: './bin/tool.js' } };
const sources = ['src/index.ts', 'src/a/index.spec.ts'];
const good = [
  'README.md',
  'LICENSE',
  'package.json',
  'dist/index.js',
  'dist/index.d.ts',
  'bin/tool.js',
  'dist/program/main.js',
  'dist/program/main.js.map',
  'dist/program/LICENSES.txt',
  'src/generators/init/schema.json',
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

test('a module whose own modules are not all packed is told', () => {
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
