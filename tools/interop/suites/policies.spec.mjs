/** The policies that `nx g secrets:policy` writes, read by the tools that will read them: cfn-lint, tsc and the AWS CDK. */
import assert from 'node:assert/strict';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { formats } from '../../../packages/nx-secrets/dist/policies/formats/format.js';
import { assumePolicies } from '../../../packages/nx-secrets/dist/policies/assume-policies.js';
import { namedPolicy, policyKinds } from '../../../packages/nx-secrets/dist/policies/named-policy.js';
import { namedRoles } from '../../../packages/nx-secrets/dist/policies/named-role.js';
import { byPlace } from '../../../packages/nx-secrets/dist/policies/places.js';
import { plannedPolicies } from '../../../packages/nx-secrets/dist/policies/planned-policies.js';
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

/** Roles with trust of every kind, their policies, and keys, of two services with a replica; by account and region. */
function placesWithRoles() {
  const role = (name) => `arn:aws:iam::${accountId}:role/${name}`;
  const options = readOptions({
    stages: {
      prod: {
        region: 'eu-west-1',
        accountId,
        roleArn: role('path/pipeline'),
        principals: {
          encrypt: role('team-*'),
          decrypt: role('break-glass'),
          runtime: role('{service}-{stage}'),
        },
        replicaRegions: ['eu-central-1'],
        trust: {
          sync: [
            { github: 'acme/shop', environment: '{stage}' },
            { gitlab: 'acme/shop', branch: 'release/*' },
          ],
          decrypt: role('aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Lead_*'),
          runtime: ['lambda', 'ecs'],
        },
      },
    },
  });
  const stage = options.stages.get('prod');
  const subjects = ['user-service', 'payment-service'].map((service) =>
    policySubject(namesOf(service, 'prod', options, service), stage, stage),
  );
  const roles = namedRoles(subjects);
  return byPlace([...plannedPolicies([...policyKinds], subjects), ...assumePolicies(roles)], roles);
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

  for (const { region, policies, roles } of placesWithRoles()) {
    test(`cfn-lint finds nothing in the template with roles for ${region}`, async () => {
      const template = join(folder.path, `roles-${region}.yaml`);
      await writeFile(template, formats.cloudformation(policies, roles));
      const strict = ['--non-zero-exit-code', 'informational', '--include-checks', 'I'];
      const { exitCode, all } = await runProgram(
        pythonProgram('cfn-lint'),
        [...strict, '--regions', region, '--', template],
        { timeout: 120_000 },
      );
      assert.equal(exitCode, 0, all);
    });
  }

  test('tsc takes the constructs with roles and replicas', async () => {
    const files = [];
    for (const { region, policies, roles } of placesWithRoles()) {
      files.push(`roles-${region}.ts`);
      await writeFile(join(folder.path, `roles-${region}.ts`), formats.cdk(policies, roles));
    }
    const tsc = join(repository, 'node_modules/typescript/bin/tsc');
    const strict = ['--strict', '--target', 'es2022', '--module', 'node16', '--moduleResolution', 'node16'];
    await needProgram(process.execPath, [tsc, ...strict, '--noEmit', '--skipLibCheck', ...files], {
      cwd: folder.path,
      timeout: 240_000,
    });
  });

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
