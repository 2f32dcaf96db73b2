/**
 * The properties of syncing and provisioning with thousands of schedules; `npm test` plays some hundreds, other ones each time.
 * `--long` of the interop suites plays three times as many of syncs.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../../packages.mjs';
import { runProgram } from '../../programs/run-program.mjs';

const isLong = process.env.INTEROP_LONG === 'true';

// A schedule of provisioning takes six times as long as one of syncs; from 300 on they are left for each other twice.
for (const [what, specs, schedules] of [
  [
    'random schedules of syncs, kills and people, and lives of a repository',
    'src/sync/interleavings',
    isLong ? 1000 : 300,
  ],
  ['random schedules of up to three provisionings, kills and faults', 'src/keys/interleavings', 300],
])
  test(`${schedules} ${what}, for each property`, () => play(specs, schedules));

async function play(specs, schedules) {
  const { exitCode, all } = await runProgram('npx', ['jest', specs], {
    cwd: join(repository, 'packages/nx-secrets'),
    env: { NX_SECRETS_SCHEDULES: String(schedules) },
    timeout: 1_200_000,
  });
  assert.equal(exitCode, 0, all);
}
