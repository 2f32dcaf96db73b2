/** The properties of syncing and provisioning with thousands of schedules; `npm test` plays some hundreds. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../../packages.mjs';
import { runProgram } from '../../programs/run-program.mjs';

for (const [what, specs] of [
  ['5,000 random schedules of two and three syncs, kills and people', 'src/sync/interleavings'],
  ['4,000 random schedules of up to three provisionings, kills and faults', 'src/keys/interleavings'],
])
  test(what, () => play(specs));

async function play(specs) {
  const { exitCode, all } = await runProgram('npx', ['jest', specs], {
    cwd: join(repository, 'packages/nx-secrets'),
    env: { NX_SECRETS_SCHEDULES: '1000' },
    timeout: 1_200_000,
  });
  assert.equal(exitCode, 0, all);
}
