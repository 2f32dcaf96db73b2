import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { repository } from '../packages.mjs';
import { privateFolder } from '../private-folder.mjs';
import layout from './layout.mjs';

const packages = ['nx-secrets', 'sops-codec', 'local-aws'];

describe('a package', () => {
  let folder;

  beforeEach(async () => {
    folder = await privateFolder('layout-spec');
  });
  afterEach(() => folder.remove());

  /** What the rules say of a package of these sources, a line each. */
  async function findings(sources, options = {}) {
    await writeFile(join(folder.path, 'package.json'), '{}');
    for (const [path, text] of Object.entries(sources)) {
      await mkdir(dirname(join(folder.path, 'src', path)), { recursive: true });
      await writeFile(join(folder.path, 'src', path), text);
    }
    const eslint = new ESLint({
      cwd: folder.path,
      overrideConfigFile: true,
      overrideConfig: [
        {
          files: ['**/*.ts'],
          plugins: { layout },
          languageOptions: { parser: tseslint.parser },
          rules: { 'layout/no-circle': 'error' },
        },
        { files: ['**/plan.ts'], plugins: { layout }, rules: { 'layout/pure': ['error', options] } },
      ],
    });
    const results = await eslint.lintFiles(['src']);
    return results
      .flatMap(({ messages }) => messages.map(({ line, message }) => `${line} ${message}`))
      .sort();
  }

  const circles = [
    [
      'of two files',
      { 'a.ts': "import './b';", 'b.ts': "import './a';" },
      ['a.ts → b.ts → a.ts', 'b.ts → a.ts → b.ts'],
    ],
    [
      'through a type',
      {
        'a.ts': "import type { B } from './b';\nexport type A = B;",
        'b.ts': "export type B = import('./a').A;",
      },
      ['a.ts → b.ts → a.ts', 'b.ts → a.ts → b.ts'],
    ],
    [
      'through what is exported again, and a later import',
      { 'a.ts': "export * from './b';", 'b.ts': "export const c = () => import('./a');" },
      ['a.ts → b.ts → a.ts', 'b.ts → a.ts → b.ts'],
    ],
    [
      'of a spec and its kit',
      { 'a.spec.ts': "import './b.test-kit';", 'b.test-kit.ts': "import './a.spec';" },
      ['a.spec.ts → b.test-kit.ts → a.spec.ts', 'b.test-kit.ts → a.spec.ts → b.test-kit.ts'],
    ],
    [
      'of two folders, by different files',
      {
        'x/a.ts': "import '../y/a';",
        'y/a.ts': '',
        'y/b.ts': "import type { C } from '../x/c';",
        'x/c.ts': 'export type C = 1;',
      },
      ['x → y → x', 'y → x → y'],
    ],
    [
      'of three folders',
      {
        'x/a.ts': "import '../y/a';",
        'y/a.ts': '',
        'y/b.ts': "import '../z/a';",
        'z/a.ts': '',
        'z/b.ts': "import '../x/c';",
        'x/c.ts': '',
      },
      ['x → y → z → x', 'y → z → x → y', 'z → x → y → z'],
    ],
    [
      'of folders in a folder',
      { 'x/y/a.ts': "import '../z/a';", 'x/z/a.ts': '', 'x/z/b.ts': "import '../y/b';", 'x/y/b.ts': '' },
      ['x/y → x/z → x/y', 'x/z → x/y → x/z'],
    ],
    [
      'of a file and a folder next to it',
      { 'x/a.ts': "import './y/b';", 'x/y/b.ts': '', 'x/y/c.ts': "import '../a';" },
      ['x/a.ts → x/y → x/a.ts', 'x/y → x/a.ts → x/y'],
    ],
  ];
  for (const [what, sources, ways] of circles) {
    test(`a circle ${what} is found`, async () => {
      const found = await findings(sources);
      assert.deepEqual(
        found.map((line) => line.replace(/^1 These (?:files|folders) import each other in a circle: /, '')),
        ways,
      );
    });
  }

  const straight = [
    ['one way', { 'a.ts': "import './b';\nimport 'node:fs';", 'b.ts': "import './c';", 'c.ts': '' }],
    [
      'tests may reach across',
      { 'x/a.ts': "import '../y/a';", 'y/a.ts': '', 'y/b.spec.ts': "import '../x/a';" },
    ],
    ['files of one name', { 'x/a.ts': "import '../y/a';", 'y/a.ts': "import '../z/a';", 'z/a.ts': '' }],
  ];
  for (const [what, sources] of straight) {
    test(`no circle: ${what}`, async () => assert.deepEqual(await findings(sources), []));
  }

  const impure = [
    ['its own import', { 'plan.ts': "import { readFileSync } from 'node:fs';" }, {}, ['plan.ts → node:fs']],
    ['a program', { 'plan.ts': "import { execa } from 'execa';" }, {}, ['plan.ts → execa']],
    [
      'a later import of a client',
      { 'plan.ts': "export const kms = () => import('@aws-sdk/client-kms');" },
      {},
      ['plan.ts → @aws-sdk/client-kms'],
    ],
    [
      'what others import',
      { 'plan.ts': "import './a';", 'a.ts': "export * from './b';", 'b.ts': "import 'fs';" },
      {},
      ['plan.ts → a.ts → b.ts → fs'],
    ],
    [
      'a folder that is I/O',
      { 'plan.ts': "import './git/x';", 'git/x.ts': '' },
      { io: ['git'] },
      ['plan.ts → git/x.ts'],
    ],
  ];
  for (const [what, sources, options, ways] of impure) {
    test(`a pure file may not reach I/O: ${what}`, async () => {
      const found = await findings(sources, options);
      assert.deepEqual(
        found.map((line) => line.replace(/^1 .*It may not reach I\/O: /, '')),
        ways,
      );
    });
  }

  const harmless = [
    [
      'a type',
      {
        'plan.ts': "import type { Stats } from 'node:fs';\nimport { type A } from './a';",
        'a.ts': "import 'fs';\nexport type A = 1;",
      },
      {},
    ],
    ['what computes', { 'plan.ts': "import 'node:path';\nimport 'node:crypto';\nimport 'yaml';" }, {}],
    ['what is allowed', { 'plan.ts': "import { isIP } from 'node:net';" }, { allow: ['node:net'] }],
    ['a file of another name', { 'apply.ts': "import 'node:fs';" }, {}],
  ];
  for (const [what, sources, options] of harmless) {
    test(`no I/O: ${what}`, async () => assert.deepEqual(await findings(sources, options), []));
  }
});

describe('this repository', () => {
  const eslint = new ESLint({ cwd: repository });
  const rulesOf = async (path) =>
    (await eslint.calculateConfigForFile(join(repository, 'packages', path))).rules;
  const isError = (rule) => rule?.[0] === 2;

  for (const name of packages) {
    test(`circles are errors in ${name}`, async () => {
      assert.ok(isError((await rulesOf(`${name}/src/index.ts`))['layout/no-circle']));
      assert.ok(isError((await rulesOf(`${name}/src/any/where.spec.ts`))['layout/no-circle']));
    });
  }

  for (const path of [
    'nx-secrets/src/sync/plan.ts',
    'nx-secrets/src/keys/plan.ts',
    'nx-secrets/src/prune/status.ts',
    'nx-secrets/src/policies/key-policy.ts',
    'nx-secrets/src/config/options.ts',
    'nx-secrets/src/generators/rotate/old-key-text.ts',
    'sops-codec/src/walk/walk.ts',
    'local-aws/src/iam/evaluate.ts',
  ]) {
    test(`${path} is pure`, async () => assert.ok(isError((await rulesOf(path))['layout/pure'])));
  }

  test('what applies is not, and no spec is', async () => {
    assert.equal((await rulesOf('nx-secrets/src/sync/apply.ts'))['layout/pure'], undefined);
    assert.equal((await rulesOf('nx-secrets/src/sync/plan.spec.ts'))['layout/pure'], undefined);
  });
});
