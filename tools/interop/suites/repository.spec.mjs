/** What the ecosystem's own checkers say of the workflows and of the packages as they are published. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { packageFolders, repository, tarballOf } from '../../packages.mjs';
import { privateFolder } from '../../private-folder.mjs';
import { runProgram } from '../../programs/run-program.mjs';
import { actionlint } from '../programs/actionlint.mjs';
import { pythonProgram } from '../programs/python.mjs';

const need = async (program, args) => {
  const { exitCode, all } = await runProgram(program, args, { cwd: repository, all: true });
  assert.equal(exitCode, 0, all);
};
const installed = (name) => join(repository, 'node_modules/.bin', name);

describe('workflows', () => {
  test('actionlint finds nothing', async () => need(await actionlint.find(), []));

  test('actionlint finds nothing in the workflow of the roll-out guide', async () => {
    const guide = await readFile(join(repository, 'docs/roll-out.md'), 'utf8');
    const [, workflow = ''] = /^```yaml\n([^]*?)^```$/m.exec(guide) ?? [];
    const folder = await privateFolder('interop-workflow');
    try {
      await writeFile(join(folder.path, 'secrets.yml'), workflow);
      await need(await actionlint.find(), [join(folder.path, 'secrets.yml')]);
    } finally {
      await folder.remove();
    }
  });

  test('zizmor finds nothing: actions are pinned by digest, permissions are the least', () =>
    need(pythonProgram('zizmor'), ['--offline', '--no-progress', '.github/workflows']));
});

describe('packages', () => {
  for (const folder of packageFolders) {
    test(`publint finds nothing in ${folder}`, () =>
      need(installed('publint'), ['run', '--strict', tarballOf(folder)]));

    // The packages are CommonJS; from an ES module they are imported by their default export or by name.
    test(`the types of ${folder} resolve in every mode of TypeScript`, () =>
      need(installed('attw'), [tarballOf(folder)]));
  }
});
