import assert from 'node:assert/strict';
import { copyFile, mkdir, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { privateFolder } from './private-folder.mjs';
import { runProgram } from './programs/run-program.mjs';

const script = join(dirname(fileURLToPath(import.meta.url)), 'install.mjs');
const lock = {
  name: 'acme',
  version: '1.0.0',
  lockfileVersion: 3,
  packages: { '': { name: 'acme', version: '1.0.0' } },
};

describe('install', () => {
  let folder;
  const path = (name) => join(folder.path, name);

  beforeEach(async () => {
    folder = await privateFolder('install-spec');
    await mkdir(path('tools'));
    await copyFile(script, path('tools/install.mjs'));
    await writeFile(path('package.json'), JSON.stringify({ name: 'acme', version: '1.0.0' }));
    await writeFile(path('package-lock.json'), JSON.stringify(lock));
  });
  afterEach(() => folder.remove());

  /** Pretends that packages were installed, some seconds before or after the lock file was written. */
  async function installed(seconds) {
    await mkdir(path('node_modules'));
    await writeFile(path('node_modules/.package-lock.json'), '{}');
    const { mtimeMs } = await stat(path('package-lock.json'));
    const time = mtimeMs / 1000 + seconds;
    await utimes(path('node_modules/.package-lock.json'), time, time);
  }
  const install = () =>
    runProgram(process.execPath, ['tools/install.mjs'], {
      cwd: folder.path,
      env: { npm_execpath: undefined },
    });

  test('does nothing where what is installed is newer than the lock file', async () => {
    await installed(1);
    assert.deepEqual(await install(), { exitCode: 0, stdout: '', stderr: '', all: '' });
  });

  test('installs where nothing is', async () => {
    const { exitCode, stdout } = await install();
    assert.equal(exitCode, 0);
    assert.match(stdout, /^\$ npm ci\n/);
  });

  test('installs where the lock file is newer', async () => {
    await installed(-1);
    assert.match((await install()).stdout, /^\$ npm ci\n/);
  });

  test('says what failed where npm does', async () => {
    const dependencies = { 'not-in-the-lock-file': 'file:./nowhere' };
    await writeFile(path('package.json'), JSON.stringify({ name: 'acme', version: '1.0.0', dependencies }));
    const { exitCode, stderr } = await install();
    assert.equal(exitCode, 1);
    assert.match(stderr, /what: {2}npm ci failed with exit code 1\nwhere: .*\nfix: {3}/);
  });
});
