/**
 * The main job in a fresh Nx workspace, judged by others: the aws CLI reads what was pushed, the real sops opens, changes
 * and hands back every file. The same against moto, which nobody here wrote.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { awsEnvironment } from '../../aws/environment.mjs';
import { runProgram } from '../../programs/run-program.mjs';
import { createWorkspace } from '../../workspaces/create.mjs';
import { backends } from '../backends.mjs';
import { pythonProgram } from '../programs/python.mjs';
import { sops } from '../programs/sops.mjs';

const services = ['user-service', 'payment-service'];
const files = Object.fromEntries(services.map((name) => [`services/${name}/project.json`, { name }]));

let workspace;
before(async () => {
  workspace = await createWorkspace({ nx: '23.2.1', shortName: true, generated: false, files });
  await workspace.run('git', ['tag', 'fresh']);
});
after(() => workspace?.remove());

for (const backend of backends) {
  describe(`a fresh workspace against ${backend.name}`, () => {
    let server, env, sopsProgram;

    async function need(program, args, options = {}) {
      const { exitCode, stdout, all } = await workspace.run(program, args, { env, ...options });
      assert.equal(exitCode, 0, all);
      return stdout;
    }
    async function nx(args, options) {
      const { exitCode, all } = await workspace.nx(args, { env, ...options });
      assert.equal(exitCode, 0, all);
    }
    const inService = (name) => ({ folder: `services/${name}` });

    /** What the aws CLI says that a secret holds. */
    async function pushed(name) {
      const args = [
        'secretsmanager',
        'get-secret-value',
        '--secret-id',
        name,
        '--version-stage',
        'AWSCURRENT',
      ];
      const { exitCode, all, stdout } = await runProgram(
        pythonProgram('aws'),
        [...args, '--query', 'SecretString', '--output', 'text'],
        { env },
      );
      return exitCode === 0 ? JSON.parse(stdout) : all;
    }

    before(async () => {
      [server, sopsProgram] = await Promise.all([backend.start(), sops.find()]);
      // Installed once; what the plugin and Nx made for one backend is gone for the next one.
      await need('git', ['reset', '--quiet', '--hard', 'fresh'], { env: {} });
      await need('git', ['clean', '--quiet', '-ffdx', '--exclude=node_modules'], { env: {} });
      env = awsEnvironment(server.endpoint, workspace.temporary);
    });
    after(() => server?.stop());

    test('init, set and an affected sync: the aws CLI reads the values', async () => {
      for (const name of services) {
        await nx(['g', 'secrets:init', '--stages=dev,prod'], inService(name));
        const set = ['g', 'secrets:set', '--stage=dev'];
        await nx([...set, 'DATABASE_URL'], { ...inService(name), input: `postgres://${name}` });
        await nx([...set, 'smtp.password'], { ...inService(name), input: 'ключ "☃" \\' });
      }
      await workspace.commit('Secrets of two services');
      await nx(['affected', '-t', 'sync-secrets', '--base=HEAD~1']);
      for (const name of services) {
        const value = { DATABASE_URL: `postgres://${name}`, smtp: { password: 'ключ "☃" \\' } };
        assert.deepEqual(await pushed(`/services/${name}/dev`), value);
        assert.deepEqual(await pushed(`/services/${name}/prod`), {});
      }
    });

    test('the real sops opens every file', async () => {
      for (const name of services) {
        for (const stage of ['dev', 'prod']) {
          const file = `secrets/${stage}.enc.yaml`;
          const text = await need(sopsProgram, ['decrypt', file], inService(name));
          assert.equal(text.includes(`postgres://${name}`), stage === 'dev');
        }
      }
    });

    test('a change that sops made is pushed, and a change made here afterwards too', async () => {
      const place = inService('user-service');
      await need(sopsProgram, ['set', 'secrets/dev.enc.yaml', '["PORT"]', '5432'], place);
      await workspace.commit('A port, by sops');
      await nx(['affected', '-t', 'sync-secrets', '--base=HEAD~1']);
      assert.equal((await pushed('/services/user-service/dev')).PORT, 5432);

      await nx(['g', 'secrets:set', '--stage=dev', 'PORT', '--unset'], place);
      await workspace.commit('No port');
      await nx(['affected', '-t', 'sync-secrets', '--base=HEAD~1']);
      assert.equal('PORT' in (await pushed('/services/user-service/dev')), false);
      const port = await runProgram(
        sopsProgram,
        ['decrypt', '--extract', '["PORT"]', 'secrets/dev.enc.yaml'],
        {
          cwd: `${workspace.path}/services/user-service`,
          env,
        },
      );
      assert.notEqual(port.exitCode, 0);
    });
  });
}
