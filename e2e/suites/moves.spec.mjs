/** A stage comes and goes, and a service moves and is renamed: with the real Nx, which lists files once in a process. */
import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startLocalAws } from 'local-aws-secrets';
import { awsEnvironment } from '../../tools/aws/environment.mjs';
import { createWorkspace } from '../../tools/workspaces/create.mjs';
import { plainWorkspace, writeFiles } from '../../tools/workspaces/scaffold.mjs';
import { nxVersion } from '../nx-versions.mjs';
import { readSecret } from '../read-secret.mjs';

describe('a service moves', () => {
  let aws, workspace, env;

  const need = async (args, options = {}) => {
    const { exitCode, all } = await workspace.nx(args, { env, ...options });
    assert.equal(exitCode, 0, all);
    return all;
  };
  const generate = (name, ...args) => need(['g', `secrets:${name}`, '--project=users', ...args]);
  const set = (key, stage, input) =>
    need(['g', 'secrets:set', key, `--stage=${stage}`, '--project=users'], { input });

  before(async () => {
    aws = await startLocalAws();
    const { 'package.json': manifest } = plainWorkspace(nxVersion);
    const devDependencies = { ...manifest.devDependencies, '@nx/workspace': nxVersion };
    const files = {
      'package.json': { ...manifest, devDependencies },
      'services/users/project.json': { name: 'users' },
    };
    workspace = await createWorkspace({ nx: nxVersion, shortName: true, generated: false, files });
    env = awsEnvironment(aws.endpoint, workspace.temporary);
    await need(['g', 'secrets:init', '--stages=dev']);
    await generate('init');
    await set('TOKEN', 'dev', 'one');
    await workspace.commit('Secrets of users');
    await need(['run', 'users:sync-secrets']);
  });
  after(async () => {
    await aws?.stop();
    await workspace?.remove();
  });

  test('a stage is added with the names of the keys of another one, and is pushed once they are set', async () => {
    assert.match(await generate('stage', 'add', 'qa', '--from=dev'), /npx nx g secrets:set TOKEN --stage=qa/);
    await workspace.commit('Stage qa');
    const { exitCode, all } = await workspace.nx(['run', 'users:sync-secrets'], { env });
    assert.equal(exitCode, 1);
    assert.match(all, /code: +keysToSet/);
    await set('TOKEN', 'qa', 'two');
    await workspace.commit('Token of qa');
    await need(['run', 'users:sync-secrets']);
    assert.deepEqual(await readSecret(aws.endpoint, '/services/users/qa'), { TOKEN: 'two' });
    await generate('stage', 'remove', 'qa');
    await workspace.commit('No stage qa');
    assert.match(await need(['run', 'users:sync-secrets']), /unchanged +users +dev/);
  });

  test('rename --to moves the folder and keeps name and secret', async () => {
    await generate('rename', '--to=apps/people');
    await workspace.commit('Moved');
    assert.match(await need(['run', 'users:sync-secrets']), /unchanged +users +dev +\/services\/users\/dev/);
    await generate('rename');
    assert.equal(await workspace.changes(), '');
  });

  test("Nx's own move, then rename: name and secret are kept, and what still names the old folder is listed", async () => {
    await writeFiles(workspace.path, { '.github/CODEOWNERS': '/apps/people/ @acme/people\n' });
    await need(['g', '@nx/workspace:move', '--project=users', '--destination=services/members']);
    assert.match(await generate('rename'), /\.github\/CODEOWNERS:1 still names apps\/people/);
    await workspace.commit('Moved by Nx');
    assert.match(await need(['run', 'users:sync-secrets']), /unchanged +users +dev +\/services\/users\/dev/);
    await generate('rename', '--json=tmp/rename.json');
    const report = JSON.parse(await readFile(join(workspace.path, 'tmp/rename.json'), 'utf8'));
    assert.deepEqual(
      report.entries.map(({ service, outcome }) => [service, outcome]),
      [['users', 'unchanged']],
    );
    await rm(join(workspace.path, 'tmp'), { recursive: true });
    assert.equal(await workspace.changes(), '');
  });

  test('rename --new-name pushes the value under the new name, and keeps the old secret', async () => {
    await generate('rename', '--new-name=people');
    await workspace.commit('Renamed');
    await need(['run', 'users:sync-secrets']);
    for (const name of ['people', 'users'])
      assert.deepEqual(await readSecret(aws.endpoint, `/services/${name}/dev`), { TOKEN: 'one' });
    assert.match(await generate('rename', '--finish'), /npx nx g secrets:prune --delete/);
    await workspace.commit('Finished');
    assert.match(await need(['g', 'secrets:prune']), /orphan +users +dev +\/services\/users\/dev/);
  });
});
