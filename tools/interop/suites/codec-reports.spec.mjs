/**
 * Cases of public reports, each run with both programs in a folder of its own: both print the same. A case is a bash script
 * in which $S is the program; a case that says `same: no` differs on purpose, and says why.
 */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { repository } from '../../packages.mjs';
import { privateFolder } from '../../private-folder.mjs';
import { runProgram } from '../../programs/run-program.mjs';
import { sops } from '../programs/sops.mjs';
import { pageWithTable } from '../reports-table.mjs';

const cases = join(repository, 'packages/sops-codec/test/reports');
const names = (await readdir(cases)).filter((name) => name.endsWith('.sh'));
const ours = join(repository, 'packages/sops-codec/bin/sops-codec.js');

/** Leaves of a text what is the same each time. */
const norm = `norm() { sed -E 's/ENC\\[AES256_GCM,[^]]*type:([a-z]+)\\]/ENC(\\1)/g; s/[0-9-]{10}T[0-9:]+Z/TIME/g' |
  awk '/-----BEGIN AGE/{hide=1; print "AGE"} !hide{print} /-----END AGE/{hide=0}' | sed "s/$R1/R1/g"; }\n`;

describe('public reports', () => {
  let folder, real, env;

  before(async () => {
    folder = await privateFolder('interop-reports');
    real = await sops.find();
    const [one, two] = [await generateX25519Identity(), await generateX25519Identity()];
    const [R1, R2] = [await identityToRecipient(one), await identityToRecipient(two)];
    env = {
      PATH: process.env.PATH,
      HOME: folder.path,
      LANG: 'C.UTF-8',
      SOPS_AGE_KEY: one,
      K1: one,
      K2: two,
      R1,
      R2,
    };
  });
  after(() => folder?.remove());

  async function output(name, program) {
    const run = join(folder.path, `${name}-${program === real ? 'sops' : 'ours'}`);
    await mkdir(run);
    await writeFile(join(run, '.sops.yaml'), `creation_rules:\n  - age: ${env.R1}\n`);
    const script = norm + (await readFile(join(cases, name), 'utf8'));
    const ended = await runProgram('bash', ['-c', script], {
      cwd: run,
      env: { ...env, S: program },
      extendEnv: false,
      timeout: 60_000,
    });
    return ended.stdout.replaceAll(run, '<folder>');
  }

  for (const name of names) {
    test(name, async () => {
      const text = await readFile(join(cases, name), 'utf8');
      const [theirs, own] = [await output(name, real), await output(name, ours)];
      if (/^# same: yes$/m.test(text)) assert.equal(own, theirs);
      else assert.notEqual(own, theirs, 'the same as sops: the case says otherwise');
    });
  }
});

test('docs/compatibility.md has them as a table', async () => {
  const { text, made } = await pageWithTable();
  assert.equal(text, made, 'node tools/interop/reports-table.mjs writes it');
});
