import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { CreateNodesContext, CreateNodesResult } from '@nx/devkit';
import { execa } from 'execa';
import { useDirectory, writeFiles } from '../testing/workspace.test-kit';
import type { RawOptions } from '../config/options';
import { createNodes } from './create-nodes';

const directory = useDirectory();

async function projectsOf(configFiles: readonly string[], options?: RawOptions) {
  const context: CreateNodesContext = { workspaceRoot: directory(), nxJsonConfiguration: {} };
  const results = await createNodes[1](configFiles, options, context);
  return Object.assign(
    {},
    ...results.map(([, { projects }]: readonly [string, CreateNodesResult]) => projects),
  ) as NonNullable<CreateNodesResult['projects']>;
}

test('a service gets its targets, with a configuration per stage', async () => {
  await writeFiles(directory(), {
    'services/user-service/project.json': '{}',
    'services/user-service/.sops.yaml': 'this: [is not, even YAML',
    'services/user-service/secrets/dev.enc.yaml': '',
    'services/user-service/secrets/canary.enc.yaml': '',
    'services/user-service/secrets/README.md': '',
  });
  const { 'services/user-service': project } = await projectsOf(['services/user-service/.sops.yaml'], {
    stages: ['dev', 'prod'],
  });
  expect(project?.name).toBeUndefined();
  expect(project?.targets?.['sync-secrets']).toMatchObject({
    executor: 'nx-secrets:sync-secrets',
    cache: false,
    outputs: [],
    configurations: { dev: { stage: 'dev' }, prod: { stage: 'prod' }, canary: { stage: 'canary' } },
  });
  expect(project?.targets?.['check-secrets']).toMatchObject({
    executor: 'nx-secrets:check-secrets',
    cache: true,
    configurations: { prod: { stage: 'prod' } },
    // All that it reads: a cached result never hides a finding.
    inputs: expect.arrayContaining([
      '{projectRoot}/**/*',
      '{workspaceRoot}/**/.sops.yaml',
      '{workspaceRoot}/nx.json',
      '{workspaceRoot}/.env*',
      '{workspaceRoot}/.*.env',
      { env: 'NX_SECRETS_UNHASHED_FILES' },
    ]),
  });
  expect(project?.targets?.['diff-secrets']).toMatchObject({ cache: false });
  expect(project?.metadata?.targetGroups).toEqual({ secrets: Object.keys(project?.targets ?? {}) });
});

test('a folder that is not a project yet becomes one', async () => {
  await writeFiles(directory(), {
    'services/payment-service/.sops.yaml': '',
    'services/payment-service/main.py': '',
  });
  expect((await projectsOf(['services/payment-service/.sops.yaml']))['services/payment-service']?.name).toBe(
    'payment-service',
  );
  const named = await projectsOf(['services/payment-service/.sops.yaml'], {
    services: { 'services/payment-service': 'pay' },
  });
  expect(named['services/payment-service']?.name).toBe('pay');
});

test.each<[string, string, string | undefined]>([
  ['its name', '{"name": "@acme/mail"}', '@acme/mail'],
  ['the name for Nx', '{"name": "@acme/mail", "nx": {"name": "mail"}}', 'mail'],
  ["the folder's name where it has none", '{"nx": null}', 'mail-service'],
  ["the folder's name where it is damaged", '{"name"', 'mail-service'],
  ["the folder's name where it is not an object", 'null', 'mail-service'],
])('a package.json that is not a workspace of a package manager: %s', async (_, text, name) => {
  await writeFiles(directory(), {
    'services/mail-service/.sops.yaml': '',
    'services/mail-service/package.json': text,
  });
  expect((await projectsOf(['services/mail-service/.sops.yaml']))['services/mail-service']?.name).toBe(name);
});

test('a .sops.yaml at the workspace root makes a service only together with secret files', async () => {
  await writeFiles(directory(), { '.sops.yaml': '', 'package.json': '{}' });
  expect(await projectsOf(['.sops.yaml'])).toEqual({});
  await writeFiles(directory(), { 'secrets/prod.enc.yaml': '' });
  expect(Object.keys(await projectsOf(['.sops.yaml']))).toEqual(['.']);
});

test.each<[string, Record<string, string>, readonly string[]]>([
  ['project.json', { 'project.json': '{}' }, ['.']],
  ['package.json with "nx"', { 'package.json': '{"nx": {}}' }, ['.']],
  ['package.json alone', { 'package.json': '{"name": "acme"}' }, []],
  ['package.json that is none', { 'package.json': 'nx' }, []],
])('the project at the root has prune-secrets, where there is one: %s', async (_, files, roots) => {
  await writeFiles(directory(), files);
  const projects = await projectsOf(Object.keys(files));
  expect(Object.keys(projects)).toEqual(roots);
  for (const root of roots) {
    expect(projects[root]?.name).toBeUndefined();
    expect(projects[root]?.targets?.['prune-secrets']).toMatchObject({
      executor: 'nx-secrets:prune-secrets',
      cache: false,
    });
  }
});

test('a root with both files has it once', async () => {
  await writeFiles(directory(), { 'project.json': '{}', 'package.json': '{"nx": {}}' });
  expect(await projectsOf(['package.json'])).toEqual({});
  expect(Object.keys(await projectsOf(['project.json']))).toEqual(['.']);
});

test('the executor is named as the plugin is installed', async () => {
  await writeFiles(directory(), {
    'package.json': JSON.stringify({ devDependencies: { other: '1', secrets: 'npm:nx-secrets@^1' } }),
    's/.sops.yaml': '',
  });
  mkdirSync(join(directory(), 'node_modules'));
  symlinkSync(join(__dirname, '../..'), join(directory(), 'node_modules/secrets'), 'dir');
  expect((await projectsOf(['s/.sops.yaml']))['s']?.targets?.['sync-secrets']?.executor).toBe(
    'secrets:sync-secrets',
  );
});

test('loading the plugin loads neither the AWS SDK nor the codec', async () => {
  const { stdout } = await execa('node', [
    '-e',
    "require('./dist/index.js'); console.log(Object.keys(require.cache).filter((path) => /aws-sdk|smithy|sops-codec|age-encryption|execa/.test(path)).join())",
  ]);
  expect(stdout).toBe('');
});
