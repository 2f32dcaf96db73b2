/** The properties of a sync with thousands of schedules; `npm test` plays some hundreds. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../../packages.mjs';
import { runProgram } from '../../programs/run-program.mjs';

test('5,000 random schedules of two and three syncs, kills and people', async () => {
  const { exitCode, all } = await runProgram('npx', ['jest', 'src/sync/interleavings'], {
    cwd: join(repository, 'packages/nx-secrets'),
    env: { NX_SECRETS_SCHEDULES: '1000' },
    timeout: 1_200_000,
  });
  assert.equal(exitCode, 0, all);
});
