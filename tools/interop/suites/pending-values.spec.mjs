/** Values added by somebody who may encrypt only: the real sops works on the file anyway, and opens them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { awsEnvironment } from '../../aws/environment.mjs';
import { pluginWorkspace } from '../plugin-workspace.mjs';
import { shopOptions, startShop } from '../shop.mjs';
import { sopsIn } from '../sops-folder.mjs';

const root = 'services/user-service';
const file = 'secrets/prod.enc.yaml';

describe('values added unopened', () => {
  let shop, workspace, sops;

  const become = async (name) => workspace.become(await shop.variablesOf(name));
  const text = () => workspace.read(`${root}/${file}`);
  const sopsAs = async (name) =>
    sopsIn(join(workspace.path, root), { ...process.env, ...(await shop.variablesOf(name)) });

  beforeEach(async () => {
    shop = await startShop();
    workspace = await pluginWorkspace('interop-pending-values', shopOptions, {
      ...awsEnvironment(shop.endpoint, '/nonexistent'),
      ...(await shop.variablesOf('operator')),
    });
    await workspace.generate('init', { directory: root, stages: 'prod' });
  });
  afterEach(async () => {
    await shop?.stop();
    await workspace?.remove();
  });

  for (const before of [{}, { DATABASE_URL: 'postgres://u:p@h', PORT: '5432' }]) {
    const count = Object.keys(before).length;
    describe(`in a file of ${count} values`, () => {
      beforeEach(async () => {
        for (const [key, value] of Object.entries(before)) await workspace.set(root, 'prod', key, value);
        await become('team');
        await workspace.set(root, 'prod', 'TOKEN', 'hunter2');
        await workspace.set(root, 'prod', 'smtp.password', 'x "☃" \\');
        await become('operator');
        sops = await sopsAs('operator');
      });
      const all = { ...before, TOKEN: 'hunter2', smtp: { password: 'x "☃" \\' } };
      const deployed = async (expected) => {
        await workspace.commit('change');
        await workspace.sync(root);
        assert.deepEqual(await shop.valueFor('user-service', 'prod'), expected);
      };

      test('sops opens the file, and each pending value', async () => {
        const opened = String(await sops.decrypt(file));
        for (const value of Object.values(before)) assert.ok(opened.includes(value));
        const pending = [...(await text()).matchAll(/^# nx-secrets addition (\S+)$/gm)];
        assert.equal(pending.length, 2);
        const values = [];
        for (const [, base64] of pending) {
          await sops.write('pending.yaml', Buffer.from(base64, 'base64'));
          values.push(String(await sops.decrypt('pending.yaml')));
        }
        assert.match(values[1], /^TOKEN: hunter2\n$/);
        assert.match(values[0], /^smtp:\n +password: /);
        const team = await sopsAs('team');
        for (const name of [file, 'pending.yaml'])
          assert.match((await team.run('decrypt', name)).all, /AccessDeniedException/);
        await deployed(all);
      });

      test('sops sets, rotates and updates keys: nothing added is lost', async () => {
        for (const args of [
          ['set', file, '["LEVEL"]', '"info"'],
          ['rotate', '--in-place', file],
          ['updatekeys', '--yes', file],
        ]) {
          const { exitCode, all: output } = await sops.run(...args);
          assert.equal(exitCode, 0, output);
          await deployed({ ...all, LEVEL: 'info' });
        }
        assert.doesNotMatch(await text(), /hunter2/);
        // Whoever may open the file writes them into it.
        await workspace.set(root, 'prod', 'LEVEL', 'debug');
        const opened = String(await sops.decrypt(file));
        assert.match(opened, /^TOKEN: hunter2$/m);
        assert.doesNotMatch(opened, /addition/);
        await deployed({ ...all, LEVEL: 'debug' });
      });
    });
  }
});
