/** The policies that `nx g secrets:policy` writes, read by the tools that will read them: cfn-lint, tsc and the AWS CDK. */
import assert from 'node:assert/strict';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { formats } from '../../../packages/nx-secrets/dist/policies/formats/format.js';
import { namedPolicy, policyKinds } from '../../../packages/nx-secrets/dist/policies/named-policy.js';
import { policySubject } from '../../../packages/nx-secrets/dist/policies/subject.js';
import { namesOf } from '../../../packages/nx-secrets/dist/config/names.js';
import { readOptions } from '../../../packages/nx-secrets/dist/config/options.js';
import { repository } from '../../packages.mjs';
import { privateFolder } from '../../private-folder.mjs';
import { needProgram, runProgram } from '../../programs/run-program.mjs';
import { cdk } from '../programs/cdk.mjs';
import { pythonProgram } from '../programs/python.mjs';

const accountId = '444455556666';

/** Policies of every kind of two services' stage in a region of each partition, one of them with a replica. */
function policiesIn(region) {
  const partition = { c: 'aws-cn', u: 'aws-us-gov' }[region.charAt(0)] ?? 'aws';
  const role = (name) => `arn:${partition}:iam::${accountId}:role/${name}`;
  const options = readOptions({
    stages: {
      prod: {
        principals: {
          sync: role('sync'),
          encrypt: role('team-*'),
          decrypt: role('lead'),
          runtime: role('{service}-{stage}'),
          administrators: role('admin'),
        },
        keyRotationDays: 180,
        ...(region === 'eu-west-1' ? { replicaRegions: ['eu-central-1'] } : {}),
      },
    },
  });
  return ['user-service', 'payment-service'].flatMap((service) => {
    const names = namesOf(service, 'prod', options, service);
    const subject = policySubject(names, options.stages.get('prod'), { region, accountId });
    return policyKinds.map((kind) => namedPolicy(kind, subject));
  });
}

/** The documents of a template, whatever resource carries them. */
const documentsOf = ({ Resources }) =>
  Object.values(Resources)
    .map(({ Properties: p }) => p.PolicyDocument ?? p.KeyPolicy ?? p.ResourcePolicy)
    .filter((document) => document !== undefined);

describe('policies as others read them', () => {
  let folder;

  before(async () => {
    folder = await privateFolder('interop-policies');
    await symlink(await cdk.find(), join(folder.path, 'node_modules'));
  });
  after(() => folder?.remove());

  for (const region of ['eu-west-1', 'cn-north-1', 'us-gov-west-1']) {
    test(`cfn-lint finds nothing in the template for ${region}`, async () => {
      const policies = policiesIn(region);
      const template = join(folder.path, `${region}.yaml`);
      const text = formats.cloudformation(policies);
      await writeFile(template, text);
      const { exitCode, all } = await runProgram(
        pythonProgram('cfn-lint'),
        [
          '--non-zero-exit-code',
          'informational',
          '--include-checks',
          'I',
          '--regions',
          region,
          '--',
          template,
        ],
        { timeout: 120_000 },
      );
      assert.equal(exitCode, 0, all);
      assert.deepEqual(
        documentsOf(parse(text)),
        policies.map(({ document }) => document),
      );
    });
  }

  test('tsc takes the construct, and the CDK makes a template with the same documents', async () => {
    const policies = policiesIn('eu-west-1');
    await writeFile(join(folder.path, 'policies.ts'), formats.cdk(policies));
    await writeFile(
      join(folder.path, 'app.ts'),
      `import { App, Stack } from 'aws-cdk-lib';
import { SecretsPolicies } from './policies';
const app = new App({ analyticsReporting: false, treeMetadata: false });
new SecretsPolicies(new Stack(app, 'Shop'), 'Secrets');
export const template: unknown = app.synth().getStackByName('Shop').template;
`,
    );
    const tsc = join(repository, 'node_modules/typescript/bin/tsc');
    const strict = ['--strict', '--target', 'es2022', '--module', 'node16', '--moduleResolution', 'node16'];
    await needProgram(process.execPath, [tsc, ...strict, '--skipLibCheck', 'app.ts'], {
      cwd: folder.path,
      timeout: 240_000,
    });
    const { stdout } = await needProgram(
      process.execPath,
      ['-e', 'console.log(JSON.stringify(require("./app.js").template))'],
      { cwd: folder.path, timeout: 60_000, env: { TMPDIR: folder.path } },
    );
    assert.deepEqual(
      documentsOf(JSON.parse(stdout)),
      policies.map(({ document }) => document),
    );
  });
});
