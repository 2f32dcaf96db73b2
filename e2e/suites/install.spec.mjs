/** Installed from a registry by each package manager, on each version of Nx: from `nx add` to the first push, and on. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startLocalAws } from 'local-aws-secrets';
import { awsEnvironment } from '../../tools/aws/environment.mjs';
import { migratedFile, nextVersion } from '../../tools/registry/publish-packages.mjs';
import { cells, playsMigration } from '../install/cells.mjs';
import { createInstalled } from '../install/create-installed.mjs';
import { installedCopies, lockedVersions } from '../install/installed-copies.mjs';
import { readSecret } from '../read-secret.mjs';

const files = { 'services/user-service/project.json': { name: 'user-service' } };
const folder = 'services/user-service';
const trace = 'stranger-was-here';

/** Where the package manager does not link it, Nx 22 finds the short name only in a workspace with a tsconfig. */
const hasShortName = (nx, manager) =>
  !nx.startsWith('22.') || !['pnpm', 'bun', "yarn 4 Plug'n'Play"].includes(manager);

for (const [nx, manager] of cells) {
  const short = hasShortName(nx, manager);
  const plugin = short ? 'secrets' : 'nx-secrets';

  describe(`Nx ${nx} with ${manager}`, () => {
    let aws, workspace, env;
    const needNx = async (args, options = {}) => (await workspace.needNx(args, { ...options, env })).all;

    before(async () => {
      aws = await startLocalAws();
      workspace = await createInstalled(nx, manager, files);
      env = awsEnvironment(aws.endpoint, workspace.temporary);
    });
    after(async () => {
      await aws?.stop();
      await workspace?.remove();
    });

    test('nx add installs the plugin and registers it; one copy of Nx and of its devkit', async () => {
      await needNx(['add', 'nx-secrets']);
      const { devDependencies } = JSON.parse(await workspace.read('package.json'));
      assert.match(devDependencies['nx-secrets'], /^\^?0\.1\.0$/);
      assert.deepEqual(JSON.parse(await workspace.read('nx.json')).plugins, ['nx-secrets']);
      for (const name of ['nx', '@nx/devkit']) {
        const copies = (await workspace.has('node_modules/.bin/nx'))
          ? await installedCopies(workspace.path, name)
          : lockedVersions(await workspace.read('yarn.lock'), name);
        assert.equal(copies.length, 1, copies.join('\n'));
      }
    });

    test(`init ${short ? 'makes' : 'refuses'} the short name; a second run changes nothing`, async () => {
      if (!short) {
        const { exitCode, all } = await workspace.nx(['g', 'nx-secrets:init', '--short-name'], { env });
        assert.equal(exitCode, 1);
        assert.match(all, /code: +noShortName/);
        assert.equal(await workspace.has('tools/secrets'), false);
      }
      const name = short ? ['--short-name'] : [];
      const init = () => needNx(['g', 'nx-secrets:init', '--stages=dev', ...name]);
      await init();
      await workspace.commit('Secrets');
      await init();
      assert.equal(await workspace.changes(), '');
    });

    test(`init, set and sync as ${plugin}:…, and the secret holds the value`, async () => {
      await needNx(['g', `${plugin}:init`], { folder });
      await needNx(['g', `${plugin}:set`, '--stage=dev', 'TOKEN'], { folder, input: 'one' });
      await workspace.commit('Token of dev');
      await needNx(['affected', '-t', 'sync-secrets', '--base=HEAD~1']);
      assert.deepEqual(await readSecret(aws.endpoint, '/services/user-service/dev'), { TOKEN: 'one' });
    });

    test('nx list and nx report know the plugin', async () => {
      assert.match(await needNx(['list']), /nx-secrets \(executors,generators\)/);
      assert.match(await needNx(['report']), /nx-secrets *: *0\.1\.0/);
    });

    test("nx migrate under the short name takes nothing of the stranger's package of that name", async () => {
      assert.match(await needNx(['migrate', 'secrets@latest', '--no-interactive']), /Fetching|No updates/);
      assert.equal(await workspace.has('migrations.json'), false);
      await workspace.install();
      assert.equal(await workspace.changes(), '');
      assert.match(await needNx(['g', `${plugin}:init`, '--help']), /shortName/);
      for (const path of [trace, `tools/secrets/${trace}`])
        assert.equal(await workspace.has(path), false, path);
    });

    if (!playsMigration(nx, manager)) return;
    test('nx migrate takes the next release, and its migration runs', async () => {
      await needNx(['migrate', `nx-secrets@${nextVersion}`, '--no-interactive']);
      assert.match(await workspace.read('package.json'), new RegExp(`"nx-secrets": "\\^?${nextVersion}"`));
      assert.match(await workspace.read('migrations.json'), /test-migration/);
      await workspace.install();
      await needNx(['migrate', '--run-migrations', '--no-interactive']);
      assert.equal(await workspace.read(migratedFile), 'done');
      await needNx(['run', 'user-service:sync-secrets']);
    });
  });
}
