/** The example workspace as its README says: its services get secrets, and the TypeScript Lambda reads its own. */
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startLocalAws } from 'local-aws-secrets';
import { awsEnvironment } from '../../tools/aws/environment.mjs';
import { repository } from '../../tools/packages.mjs';
import { createWorkspace } from '../../tools/workspaces/create.mjs';
import { nxVersion } from '../nx-versions.mjs';
import { readSecret } from '../read-secret.mjs';

/** local-aws takes an access key of twelve digits for the account of that number: the one that nx.json names for dev. */
const devAccount = '111122223333';

/** The files of the example workspace, as they are in Git; the plugin comes from the tarball instead. */
async function exampleFiles() {
  const folder = join(repository, 'examples');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((path) => !/(^|\/)(node_modules|dist|\.nx|__pycache__)\//.test(path));
  const read = async (path) => [path, await readFile(join(folder, path), 'utf8')];
  const files = Object.fromEntries(await Promise.all(paths.map(read)));
  const manifest = JSON.parse(files['package.json']);
  delete manifest.devDependencies['nx-secrets'];
  return { ...files, 'package.json': manifest };
}

describe('the example workspace', () => {
  let aws, workspace, env;

  const need = async (program, args, options) => {
    const { exitCode, stdout, all } = await workspace.run(program, args, { env, ...options });
    assert.equal(exitCode, 0, all);
    return stdout;
  };
  const nx = async (args, options) => {
    const { exitCode, all } = await workspace.nx(args, { env, ...options });
    assert.equal(exitCode, 0, all);
  };

  before(async () => {
    aws = await startLocalAws();
    workspace = await createWorkspace({
      nx: nxVersion,
      generated: false,
      files: await exampleFiles(),
    });
    env = { ...awsEnvironment(aws.endpoint, workspace.temporary), AWS_ACCESS_KEY_ID: devAccount };
  });
  after(async () => {
    await aws?.stop();
    await workspace?.remove();
  });

  test('each service gets its dev secret, the Python one by its .sops.yaml alone', async () => {
    for (const name of ['user-service', 'payment-service', 'report-service']) {
      const folder = `services/${name}`;
      await nx(['g', 'secrets:init', '--stages=dev'], { folder });
      const input = `postgres://app:pass@${name}.db.acme.test/main`;
      await nx(['g', 'secrets:set', '--stage=dev', 'DATABASE_URL'], { folder, input });
    }
    await workspace.commit('Secrets of dev');
    await nx(['affected', '-t', 'sync-secrets', '--stage=dev', '--base=HEAD~1']);
    const { DATABASE_URL } = await readSecret(aws.endpoint, '/services/payment-service/dev', devAccount);
    assert.match(DATABASE_URL, /@payment-service\.db/);
  });

  test('user-service reads its own through Powertools', async () => {
    await nx(['build', 'user-service']);
    const script =
      "require('./dist/handler.js').handler().then((answer) => console.log(JSON.stringify(answer)))";
    const printed = await need('node', ['-e', script], { folder: 'services/user-service' });
    assert.deepEqual(JSON.parse(printed), { database: 'user-service.db.acme.test' });
  });

  test('report-service takes what ECS puts into its environment', async () => {
    const task = JSON.parse(
      await readFile(join(workspace.path, 'services/report-service/task-definition.json')),
    );
    const secrets = Object.fromEntries(
      task.containerDefinitions[0].secrets.map(({ name }) => [name, 'postgres://app:pass@db.acme.test/main']),
    );
    const printed = await need('node', ['src/main.mjs'], {
      folder: 'services/report-service',
      env: secrets,
    });
    assert.equal(printed.trim(), 'report-service: database at db.acme.test');
  });
});
