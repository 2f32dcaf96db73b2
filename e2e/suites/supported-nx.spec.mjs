/** The main job on both ends of the supported range of Nx, and the way to a first push on those between. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startLocalAws } from 'local-aws-secrets';
import { awsEnvironment } from '../../tools/aws/environment.mjs';
import { createWorkspace } from '../../tools/workspaces/create.mjs';
import { writeFiles } from '../../tools/workspaces/scaffold.mjs';
import { shortRuns, wholeRuns } from '../nx-versions.mjs';
import { readSecret } from '../read-secret.mjs';

const files = {
  'services/user-service/project.json': { name: 'user-service' },
  'services/payment-service/handler.py': 'def handler(event, context):\n    return {}\n',
};
const services = ['services/user-service', 'services/payment-service'];

const runs = [
  ...wholeRuns.map((run) => ({ ...run, whole: true })),
  ...shortRuns.map((run) => ({ ...run, whole: false })),
];

for (const { nx, shortName, generated, whole } of runs) {
  const plugin = shortName ? 'secrets' : 'nx-secrets';

  describe(`Nx ${nx}, generators called ${plugin}`, () => {
    let aws, workspace, env;

    /** Runs Nx, which must succeed, and gives its standard output. */
    async function need(args, options = {}) {
      const { exitCode, stdout, all } = await workspace.nx(args, { ...options, env });
      assert.equal(exitCode, 0, all);
      return stdout;
    }

    before(async () => {
      aws = await startLocalAws();
      workspace = await createWorkspace({ nx, shortName, generated, files });
      env = awsEnvironment(aws.endpoint, workspace.temporary);
    });
    after(async () => {
      await aws?.stop();
      await workspace?.remove();
    });

    test('init at the root and in two services: files, keys, targets', async () => {
      await need(['g', `${plugin}:init`, '--stages=dev,prod']);
      for (const folder of services) await need(['g', `${plugin}:init`], { folder });
      assert.equal(aws.calls()['kms:CreateKey'], 4);
      await workspace.commit('Secrets of two services');
      const shown = JSON.parse(await need(['show', 'project', 'payment-service', '--json']));
      const { executor, configurations } = shown.targets['sync-secrets'];
      assert.equal(executor, 'nx-secrets:sync-secrets');
      assert.deepEqual(Object.keys(configurations).sort(), ['dev', 'prod']);
    });

    // All of them are shown by Nx's own code in help.spec.ts; here the versions of Nx are what differs.
    test('--help of a generator and of a target says what each option is', async () => {
      for (const args of [
        ['g', `${plugin}:init`, '--help'],
        ['run', 'payment-service:sync-secrets', '--help'],
      ]) {
        const help = await need(args);
        assert.match(help, /Options:\n[^]*--\w+ +[A-Z][^]*Examples:/, args.join(' '));
        assert.doesNotMatch(help, /undefined|\[object/, args.join(' '));
      }
    });

    // What may differ from version to version of Nx is between it and the plugin; the rest is shown on both ends.
    if (!whole) {
      test('set, an affected sync, and a service that reads the value', async () => {
        const input = 'postgres://one';
        await need(['g', `${plugin}:set`, '--stage=dev', 'DATABASE_URL'], { folder: services[0], input });
        await workspace.commit('Database of dev');
        await need(['affected', '-t', 'sync-secrets', '--base=HEAD~1']);
        const read = await readSecret(aws.endpoint, '/services/user-service/dev');
        assert.deepEqual(read, { DATABASE_URL: input });
      });
      return;
    }

    test('init again changes no file and makes no key', async () => {
      aws.resetCalls();
      await need(['g', `${plugin}:init`, '--stages=dev,prod']);
      for (const folder of services) await need(['g', `${plugin}:init`], { folder });
      assert.equal(await workspace.changes(), '');
      assert.equal(aws.calls()['kms:CreateKey'], undefined);
    });

    test('set takes the value from standard input; the same value again changes nothing', async () => {
      const set = () =>
        need(['g', `${plugin}:set`, '--stage=dev', 'DATABASE_URL'], {
          folder: services[0],
          input: 'postgres://one',
        });
      await set();
      assert.equal((await workspace.changes()).trim(), 'M services/user-service/secrets/dev.enc.yaml');
      await workspace.commit('Database of dev');
      await set();
      assert.equal(await workspace.changes(), '');
    });

    test('affected pushes what changed, and the secret holds the value', async () => {
      await need(['run-many', '-t', 'sync-secrets']);
      const read = () => readSecret(aws.endpoint, '/services/user-service/dev');
      assert.deepEqual(await read(), { DATABASE_URL: 'postgres://one' });

      await need(['g', `${plugin}:set`, '--stage=dev', 'DATABASE_URL'], {
        folder: services[0],
        input: 'postgres://two',
      });
      await workspace.commit('Another database');
      aws.resetCalls();
      await need(['affected', '-t', 'sync-secrets', '--base=HEAD~1']);
      assert.equal(aws.calls()['secretsmanager:PutSecretValue'], 1);
      assert.equal(aws.calls()['secretsmanager:DescribeSecret'], 2);
      assert.deepEqual(await read(), { DATABASE_URL: 'postgres://two' });
    });

    test('a configuration pushes its stage only, and a dry run nothing', async () => {
      aws.resetCalls();
      await need(['run', 'user-service:sync-secrets:prod']);
      assert.equal(aws.calls()['secretsmanager:DescribeSecret'], 1);
      await need(['g', `${plugin}:set`, '--stage=prod', 'A'], { folder: services[0], input: 'x' });
      const planned = await need(['run', 'user-service:sync-secrets', '--dryRun']);
      assert.match(planned, /would-update +user-service +prod/);
      assert.equal(aws.calls()['secretsmanager:PutSecretValue'], undefined);
    });

    test('a misspelt configuration and a misspelt option push nothing, and are named', async () => {
      aws.resetCalls();
      for (const [args, said] of [
        [['run', 'user-service:sync-secrets:pord'], /no service has a stage "pord"/],
        [['run-many', '-t', 'sync-secrets', '-c', 'pord'], /no service has a stage "pord"/],
        [['run-many', '-t', 'sync-secrets', '--stages=prod'], /has no option --stages/],
      ]) {
        const { exitCode, all } = await workspace.nx(args, { env });
        assert.equal(exitCode, 1, all);
        assert.match(all, said);
        assert.doesNotMatch(all, /Unhandled|at .*\.js:\d+/);
      }
      assert.deepEqual(aws.calls(), {});
    });

    test('check-secrets is answered from the cache, but never what depends on the date', async () => {
      const set = (stage, key) =>
        need(['g', `${plugin}:set`, `--stage=${stage}`, key], { folder: services[0], input: 'x' });
      await set('prod', 'DATABASE_URL');
      await set('dev', 'A');
      await workspace.commit('The same keys in both stages');
      const check = (...args) => workspace.nx(['run-many', '-t', 'check-secrets', ...args], { env });
      const fromCache = /read the output from the cache/;

      for (const cached of [false, true]) {
        const { exitCode, all } = await check();
        assert.equal(exitCode, 0, all);
        assert.equal(fromCache.test(all), cached, all);
      }
      for (let run = 0; run < 2; run += 1) {
        const { exitCode, all } = await check('--max-age=90d');
        assert.equal(exitCode, 0, all);
        assert.doesNotMatch(all, fromCache);
      }
      // The same files, as if they had been committed a hundred days ago.
      const date = new Date(Date.now() - 100 * 24 * 60 * 60 * 1000).toISOString();
      await workspace.run('git', ['checkout', '--quiet', '--orphan', 'old']);
      await workspace.run('git', ['commit', '--quiet', '-m', 'Old'], { env: { GIT_COMMITTER_DATE: date } });
      const old = await check('--max-age=90d');
      assert.equal(old.exitCode, 1, old.all);
      assert.match(old.all, new RegExp(`DATABASE_URL +${date.slice(0, 10)} +[0-9a-f]{10}`));
      assert.equal((await check()).exitCode, 0);

      // A result that is kept hides no value: neither in a file that Nx hashes, nor in one that Nx and Git ignore.
      const value = 'DATABASE_URL=postgres://u:p@db.internal/d\n';
      for (const name of ['notes', '.env.ignored']) {
        await writeFiles(workspace.path, {
          '.git/info/exclude': '.env.ignored\n',
          [`${services[0]}/${name}`]: value,
        });
        await workspace.run('git', ['add', '--force', `${services[0]}/${name}`]);
        const found = await check();
        assert.equal(found.exitCode, 1, found.all);
        assert.match(found.all, new RegExp(`where: ${services[0]}/${name}`));
        await workspace.run('git', ['rm', '--quiet', '--force', `${services[0]}/${name}`]);
      }
    });
  });
}
