/** The main job on each version of Node that is promised, with the newest Nx: init, set, a sync, and a service that reads. */
import assert from 'node:assert/strict';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startLocalAws } from 'local-aws-secrets';
import { awsEnvironment } from '../../tools/aws/environment.mjs';
import { createWorkspace } from '../../tools/workspaces/create.mjs';
import { nodeFolder, nodeVersions } from '../node-versions.mjs';
import { newestRun } from '../nx-versions.mjs';

const serviceOf = (version) => `on-node-${version.split('.')[0]}`;
const readScript = `
import { readSecret } from ${JSON.stringify(new URL('../read-secret.mjs', import.meta.url).href)};
const [endpoint, name] = process.argv.slice(1);
console.log(JSON.stringify({ node: process.version, secret: await readSecret(endpoint, name) }));
`;

describe('each version of Node', () => {
  let aws, workspace;

  before(async () => {
    aws = await startLocalAws();
    const files = nodeVersions.map((version) => [
      `services/${serviceOf(version)}/project.json`,
      { name: serviceOf(version) },
    ]);
    workspace = await createWorkspace({ ...newestRun, files: Object.fromEntries(files) });
  });
  after(async () => {
    await aws?.stop();
    await workspace?.remove();
  });

  for (const version of nodeVersions) {
    describe(`Node ${version}`, () => {
      const service = serviceOf(version);
      const folder = `services/${service}`;
      let env;

      const need = async (program, args, options) => {
        const { exitCode, stdout, all } = await workspace.run(program, args, { env, ...options });
        assert.equal(exitCode, 0, all);
        return stdout;
      };
      // Its first line takes the Node that is first on PATH.
      const nx = (args, options) => need(join(workspace.path, 'node_modules/.bin/nx'), args, options);

      before(async () => {
        const path = `${await nodeFolder(version)}${delimiter}${process.env.PATH}`;
        env = { ...awsEnvironment(aws.endpoint, workspace.temporary), PATH: path };
        assert.equal(await need('node', ['--version']), `v${version}`);
      });

      test('init writes its files and makes its key', async () => {
        aws.resetCalls();
        await nx(['g', 'secrets:init', '--stages=dev'], { folder });
        assert.equal(aws.calls()['kms:CreateKey'], 1);
        assert.match(await workspace.changes(), new RegExp(`${folder}/`));
      });

      test('set encrypts a value', async () => {
        await nx(['g', 'secrets:set', '--stage=dev', 'DATABASE_URL'], { folder, input: `on ${version}` });
        await workspace.commit('A value');
        const file = await need('git', ['show', `HEAD:${folder}/secrets/dev.enc.yaml`]);
        assert.match(file, /DATABASE_URL: ENC\[/);
      });

      test('a sync pushes it, and again pushes nothing', async () => {
        const sync = () => nx(['affected', '-t', 'sync-secrets', '--base=HEAD~1']);
        assert.match(await sync(), new RegExp(`created +${service} +dev`));
        assert.match(await sync(), new RegExp(`unchanged +${service} +dev`));
      });

      test('the service reads it', async () => {
        const args = ['--input-type=module', '-e', readScript, aws.endpoint, `/services/${service}/dev`];
        const read = JSON.parse(await need('node', args));
        assert.deepEqual(read, { node: `v${version}`, secret: { DATABASE_URL: `on ${version}` } });
      });
    });
  }
});
