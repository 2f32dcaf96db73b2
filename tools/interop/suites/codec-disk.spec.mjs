/**
 * Where a result is put: each situation with both programs, compared with the table in docs/compatibility.md. What the
 * machine refuses is skipped with the reason, which counts as failed.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { diskFolder, privileges } from '../disk/play.mjs';
import { situations } from '../disk/situations.mjs';
import { pageWithTable, readOutcomes } from '../disk/table.mjs';

const words = await privileges();
const refusals = { root: 'neither root nor sudo', mounts: 'the machine refuses mount namespaces' };

describe('files on disk', { concurrency: 2 }, () => {
  let folder, outcomes;

  before(async () => {
    folder = await diskFolder();
    outcomes = await readOutcomes();
  });
  after(() => folder?.remove());

  for (const situation of situations) {
    const prefix = words[situation.needs ?? 'none'];
    test(situation.what, { skip: prefix === undefined && refusals[situation.needs] }, async () => {
      const [sops, here] = await Promise.all(
        ['sops', 'here'].map((program) => folder.play(situation, program, prefix)),
      );
      assert.deepEqual({ sops, here }, outcomes[situation.what]);
      const differs = situation.commands.some((command) => sops[command] !== here[command]);
      assert.equal(differs, situation.why !== undefined, 'a difference has a reason');
    });
  }
});

test('docs/compatibility.md has them as a table', async () => {
  const { text, made } = await pageWithTable();
  assert.equal(text, made, 'node tools/interop/disk/table.mjs --play writes it');
});
