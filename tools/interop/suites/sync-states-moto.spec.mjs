/** Every state of a secret that a sync may find, for real, in moto. What moto does not tell truly is named in the spec. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { repository } from '../../packages.mjs';
import { runProgram } from '../../programs/run-program.mjs';
import { moto } from '../backends.mjs';

let server;
before(async () => {
  server = await moto.start();
});
after(() => server?.stop());

test('each row of the table of states', async () => {
  const { exitCode, all } = await runProgram('npx', ['jest', 'src/sync/every-state'], {
    cwd: join(repository, 'packages/nx-secrets'),
    env: { NX_SECRETS_MOTO: server.endpoint },
    timeout: 300_000,
  });
  assert.equal(exitCode, 0, all);
  assert.match(all, /\d\d passed/);
});
