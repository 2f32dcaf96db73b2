/** Syncs of many services by Nx: what only changes code costs a look each, what is damaged stops nothing else, Ctrl-C. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { startLocalAws } from 'local-aws-secrets';
import { awsEnvironment } from '../../tools/aws/environment.mjs';
import { createSecrets } from '../../tools/bench/sync/secrets.mjs';
import { createServices } from '../../tools/bench/sync/workspace.mjs';
import { needProgram, runProgram } from '../../tools/programs/run-program.mjs';
import { writeFiles } from '../../tools/workspaces/scaffold.mjs';
import { nxVersion } from '../nx-versions.mjs';
import { workspaceEnvironment } from '../../tools/workspaces/environment.mjs';

const count = 200;
const fileOf = (service) => `services/${service}/secrets/dev.enc.yaml`;

describe(`a workspace with ${count} services`, () => {
  let aws, secrets, workspace, services, env;

  before(async () => {
    aws = await startLocalAws();
    secrets = createSecrets(aws.endpoint);
    workspace = await createServices(secrets, nxVersion);
    await workspace.grow(count);
    services = workspace.services();
    env = {
      ...workspaceEnvironment(workspace.temporary),
      ...awsEnvironment(aws.endpoint, workspace.temporary),
    };
  });
  after(async () => {
    secrets?.close();
    await workspace?.remove();
    await aws?.stop();
  });

  const options = () => ({ cwd: workspace.path, env });
  const nx = (args) => runProgram('node_modules/.bin/nx', args, { ...options(), timeout: 60_000 });
  const commit = async (files) => {
    await writeFiles(workspace.path, files);
    await needProgram('git', ['add', '--all'], options());
    await needProgram('git', ['commit', '--quiet', '-m', 'A change'], options());
  };
  const read = (path) => readFile(join(workspace.path, path), 'utf8');
  const readReport = async () => JSON.parse(await read('report.json'));
  /** Every secret as a sync of a revision left it: 1 is that of HEAD. */
  const deployed = async (revision) => {
    await secrets.place(services, workspace.fileOf(revision));
    aws.resetCalls();
  };
  const affected = ['affected', '-t', 'sync-secrets', '--base=HEAD~1'];
  const all = ['run-many', '-t', 'sync-secrets'];
  const codeIn = (some) =>
    Object.fromEntries(some.map((service) => [`services/${service}/index.js`, `// ${Math.random()}\n`]));

  /** Here all services share one key, which is described as that of none of them: its versions are looked at, too. */
  const looks = {
    'secretsmanager:DescribeSecret': 50,
    'kms:DescribeKey': 50,
    'secretsmanager:ListSecretVersionIds': 50,
  };

  test('a commit that changes only code in 50 services: a look at each, no decryption, no write', async () => {
    await deployed(1);
    await commit(codeIn(services.slice(0, 50)));
    const { exitCode, all: output } = await nx(affected);
    assert.equal(exitCode, 0, output);
    assert.match(output, /^50 secrets: 50 unchanged in /m);
    assert.deepEqual(aws.calls(), looks);
  });

  test('… where one secret is an older one: that secret only is opened and written', async () => {
    await deployed(1);
    const [first] = services;
    await secrets.place([first], workspace.fileOf(0));
    aws.resetCalls();
    await commit(codeIn(services.slice(0, 50)));
    const { exitCode, all: output } = await nx(affected);
    assert.equal(exitCode, 0, output);
    assert.match(output, /^50 secrets: 1 updated, 49 unchanged in /m);
    assert.deepEqual(aws.calls(), {
      ...looks,
      'kms:Decrypt': 1,
      'secretsmanager:PutSecretValue': 1,
      'secretsmanager:UpdateSecretVersionStage': 1,
    });
  });

  test('a commit of a library that no service uses: nothing is run', async () => {
    await deployed(1);
    await commit({ 'libs/x/project.json': { name: 'x' }, 'libs/x/index.js': '// x\n' });
    const { exitCode, all: output } = await nx(affected);
    assert.equal(exitCode, 0, output);
    assert.deepEqual(aws.calls(), {});
  });

  test(`one damaged file of ${count}: the others are pushed, exit code 1, the failure comes last`, async () => {
    await deployed(0);
    const damaged = services[77];
    const text = await read(fileOf(damaged));
    const at = text.indexOf('data:') + 5;
    const flipped = text[at] === 'A' ? 'B' : 'A';
    await writeFile(join(workspace.path, fileOf(damaged)), text.slice(0, at) + flipped + text.slice(at + 1));
    const { exitCode, all: output } = await nx([...all, '--json=report.json']);
    await needProgram('git', ['checkout', '--quiet', '--', fileOf(damaged)], options());
    assert.equal(exitCode, 1, output);
    const [, last] = output.split(/^200 secrets: 199 updated, 1 failed in .*$/m);
    assert.match(last, new RegExp(`^\\s*failed ${damaged} dev\n +what: +\\S.*\n +where: ${fileOf(damaged)}`));
    assert.match(last, /^ +git checkout HEAD -- /m);
    const { success, counts, entries } = await readReport();
    assert.deepEqual([success, counts, entries.length], [false, { updated: 199, failed: 1 }, count]);
    const failed = entries.filter(({ outcome }) => outcome === 'failed');
    assert.deepEqual(
      failed.map(({ service }) => service),
      [damaged],
    );
  });

  for (const signal of ['SIGINT', 'SIGTERM']) {
    test(`${signal} in the middle: the report says what was done and what was not, and the next run ends it`, async () => {
      await deployed(0);
      aws.injectFault({ operation: 'secretsmanager:PutSecretValue', count: 1e9, kind: { latencyMs: 300 } });
      const child = execa('npx', ['nx', ...all, '--json=report.json'], {
        ...options(),
        stdin: 'ignore',
        all: true,
        reject: false,
        detached: true,
      });
      let ended = false;
      child.then(() => (ended = true));
      while (!ended && !(aws.calls()['secretsmanager:UpdateSecretVersionStage'] > 20)) await delay(20);
      // A terminal sends it to all that run in it.
      process.kill(-child.pid, signal);
      const { exitCode } = await child;
      assert.notEqual(exitCode, 0);
      aws.clearFaults();

      const { success, entries } = await readReport();
      assert.equal(success, false);
      assert.equal(entries.length, count);
      const updated = entries.filter(({ outcome }) => outcome === 'updated').map(({ service }) => service);
      const others = entries.filter(({ outcome }) => outcome !== 'updated');
      assert.ok(updated.length > 0 && others.length > 0, `${updated.length} updated`);
      for (const { problem } of others) assert.match(problem.what, /^interrupted/);

      aws.resetCalls();
      const { all: output } = await nx([...all, '--json=report.json']);
      const again = await readReport();
      assert.equal(again.success, true, output);
      const unchanged = new Set(
        again.entries.filter(({ outcome }) => outcome === 'unchanged').map(({ service }) => service),
      );
      assert.deepEqual(
        updated.filter((service) => !unchanged.has(service)),
        [],
      );
    });
  }
});
