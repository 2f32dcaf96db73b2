/** The properties of syncing and provisioning with thousands of schedules; `npm test` plays some hundreds. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../../packages.mjs';
import { runProgram } from '../../programs/run-program.mjs';

// A schedule of provisioning takes six times as long: 1,000 of each property took eight minutes.
for (const [what, specs, schedules] of [
  [
    '6,000 random schedules of syncs, kills and people, and 750 lives of a repository',
    'src/sync/interleavings',
    1000,
  ],
  ['1,200 random schedules of up to three provisionings, kills and faults', 'src/keys/interleavings', 300],
])
  test(what, () => play(specs, schedules));

async function play(specs, schedules) {
  const { exitCode, all } = await runProgram('npx', ['jest', specs], {
    cwd: join(repository, 'packages/nx-secrets'),
    env: { NX_SECRETS_SCHEDULES: String(schedules) },
    timeout: 1_200_000,
  });
  assert.equal(exitCode, 0, all);
}
