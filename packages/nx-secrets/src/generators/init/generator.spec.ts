import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescribeKeyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListAliasesCommand,
  ListKeysCommand,
} from '@aws-sdk/client-kms';
import { logger } from '@nx/devkit';
import { FsTree } from 'nx/src/generators/tree';
import type runInit from './generator';
import { account, outcomes, region, useAwsWorkspace } from '../../testing/aws-workspace.test-kit';
import { writeFiles } from '../../testing/workspace.test-kit';

const workspace = useAwsWorkspace();
const root = 'services/user-service';
const config = `${root}/.sops.yaml`;

const denied = { error: 'AccessDeniedException', message: 'no' };
const said = () => jest.mocked(logger.info).mock.calls.flat().join('\n');
const files = () =>
  Object.fromEntries(
    readdirSync(workspace.directory(), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.git(\/|$)/.test(join(entry.parentPath, entry.name)))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(workspace.directory().length + 1), readFileSync(path, 'utf8')]),
  );

test('makes keys, rules and encrypted files; a second run changes nothing', async () => {
  await workspace.init({ directory: root, stages: 'dev,prod' });
  const first = files();
  expect(Object.keys(first).sort()).toEqual([
    'nx.json',
    'package.json',
    config,
    `${root}/secrets/dev.enc.yaml`,
    `${root}/secrets/prod.enc.yaml`,
  ]);
  expect(first[config]).toContain(`
  - path_regex: ^secrets/dev\\.enc\\.
    key_groups:
      - kms:
          - arn: arn:aws:kms:${region}:${account}:alias/user-service-dev
            context:
              service: user-service
              stage: dev
`);
  expect(JSON.parse(first['nx.json'] ?? '')).toEqual({
    plugins: [{ plugin: 'nx-secrets', options: { stages: ['dev', 'prod'] } }],
  });
  expect(workspace.aws().calls()).toMatchObject({
    'kms:CreateKey': 2,
    'kms:CreateAlias': 2,
    'kms:EnableKeyRotation': 2,
  });

  workspace.aws().resetCalls();
  await workspace.init({ directory: root, stages: 'dev,prod' });
  expect(files()).toEqual(first);
  expect(Object.keys(workspace.aws().calls()).filter((call) => !/Describe|Get|List/.test(call))).toEqual([]);
});

test('the key rotates and says whose it is', async () => {
  await workspace.init({ directory: root, stages: 'dev' });
  const kms = new KMSClient({ endpoint: workspace.aws().endpoint });
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: 'alias/user-service-dev' }));
  expect(KeyMetadata?.Description).toBe('Secrets of user-service, stage dev');
  const rotation = await kms.send(new GetKeyRotationStatusCommand({ KeyId: KeyMetadata?.KeyId }));
  expect(rotation.KeyRotationEnabled).toBe(true);
  kms.destroy();
});

test("a user's own edits survive, and decide how new files are encrypted", async () => {
  const own = `# ours
creation_rules:
  - path_regex: ^secrets/dev\\.enc\\. # dev is ours
    encrypted_regex: ^SECRET_
    kms: arn:aws:kms:${region}:${account}:alias/user-service-dev
stores:
  yaml:
    indent: 2
`;
  await writeFiles(workspace.directory(), { [config]: own });
  await workspace.init({ directory: root, stages: 'dev,prod' });
  const text = workspace.read(config);
  expect(text.startsWith(own.slice(0, own.indexOf('stores:')))).toBe(true);
  expect(text).toContain('alias/user-service-prod');
  expect(text).toContain('indent: 2');
  expect(workspace.read(`${root}/secrets/dev.enc.yaml`)).toContain('encrypted_regex: ^SECRET_');

  await writeFiles(workspace.directory(), { [`${root}/secrets/dev.enc.yaml`]: 'edited: by hand\n' });
  await workspace.init({ directory: root, stages: 'dev,prod' });
  expect(workspace.read(config)).toBe(text);
  expect(workspace.read(`${root}/secrets/dev.enc.yaml`)).toBe('edited: by hand\n');
});

test('another stage later is added behind what is there', async () => {
  await workspace.init({ directory: root, stages: 'dev' });
  await workspace.init({ directory: '', stages: 'prod' });
  const before = workspace.read(config);
  await workspace.init({ directory: root, stages: 'dev,prod' });
  expect(workspace.read(config).startsWith(before)).toBe(true);
  expect(existsSync(join(workspace.directory(), `${root}/secrets/prod.enc.yaml`))).toBe(true);
});

test('a dry run calls nobody; it shows .sops.yaml where options tell the account', async () => {
  expect(await workspace.initDryRun({ directory: root, stages: 'dev' })).toEqual(['nx.json']);
  expect(await workspace.initDryRun({ directory: root, stages: 'dev', account, region })).toEqual([
    'nx.json',
    config,
  ]);
  expect(workspace.aws().calls()).toEqual({});
});

test('a stage more: its values are what comes next', async () => {
  await workspace.init({ directory: '', stages: 'dev,prod' });
  await workspace.init({ directory: root, stages: 'dev' });
  await workspace.init({ directory: root });
  expect(said()).toMatch(/Next: npx nx g nx-secrets:set <key> --stage=prod --project=\S+$/);
});

test('--no-keys makes files only for stages whose key exists', async () => {
  await workspace.init({ directory: '', stages: 'dev,prod' });
  await workspace.init({ directory: root, stages: 'dev' });
  await workspace.init({ directory: root, stages: 'dev,prod', keys: false });
  expect(workspace.read(config)).toContain('alias/user-service-prod');
  expect(existsSync(join(workspace.directory(), `${root}/secrets/prod.enc.yaml`))).toBe(false);
  expect(said()).toContain('Next: npx nx g nx-secrets:set <key> --stage=dev');
  expect(said()).toContain(`Next, for prod: commit ${root}/.sops.yaml`);
  expect(workspace.aws().calls()['kms:CreateKey']).toBe(1);
});

test('--no-files makes the rules only; where nx.json says where keys are, AWS is not asked', async () => {
  await workspace.init({ directory: '', stages: 'dev,prod', region, account });
  await workspace.init({ directory: root, files: false });
  expect(Object.keys(files()).filter((path) => path.startsWith(root))).toEqual([config]);
  expect(workspace.read(config)).toContain('alias/user-service-prod');
  expect(said()).toContain(`Next, for dev, prod: commit ${config}; the pipeline makes the key`);
  expect(workspace.aws().calls()).toEqual({});
});

test('--all sets up every service that there is; one that fails stops no other', async () => {
  await expect(workspace.init({ directory: '', all: true, stages: 'dev' })).rejects.toThrow('no services');
  const others = ['services/a', 'services/b', 'services/c'];
  for (const directory of others) await workspace.init({ directory, stages: 'dev', files: false });
  await writeFiles(workspace.directory(), { 'services/b/.sops.yaml': 'creation_rules: []' });
  workspace.aws().injectFault({ operation: 'kms:Encrypt', kind: denied, count: 1 });
  await expect(workspace.init({ directory: '', all: true, stages: 'dev' })).rejects.toThrow('kms:Encrypt');
  const made = others.map((one) => existsSync(join(workspace.directory(), one, 'secrets/dev.enc.yaml')));
  expect(made).toEqual([false, true, true]);
  await workspace.init({ directory: '', all: true, stages: 'dev' });
  expect(existsSync(join(workspace.directory(), 'services/a/secrets/dev.enc.yaml'))).toBe(true);
  workspace.aws().resetCalls();
  await workspace.init({ directory: '', all: true, stages: 'dev' });
  expect(workspace.aws().calls()).toMatchObject({ 'sts:GetCallerIdentity': 1 });
  expect(Object.keys(workspace.aws().calls()).filter((call) => !/Describe|Get|List/.test(call))).toEqual([]);
  // Nor does one that cannot be begun with.
  await writeFiles(workspace.directory(), { 'services/a/.gitignore': 'secrets/prod*' });
  await workspace.init({ directory: '', stages: 'prod' });
  await expect(workspace.init({ directory: '', all: true, stages: 'prod' })).rejects.toThrow('ignored');
  const prod = others.map((one) => existsSync(join(workspace.directory(), one, 'secrets/prod.enc.yaml')));
  expect(prod).toEqual([false, true, true]);
});

test.each(['json', 'env', 'ini'] as const)('--format=%s', async (format) => {
  await workspace.init({ directory: root, stages: 'dev', format });
  expect(existsSync(join(workspace.directory(), `${root}/secrets/dev.enc.${format}`))).toBe(true);
});

test('at the workspace root it registers the plugin with the stages', async () => {
  await workspace.init({ directory: '', stages: ['dev', 'prod'], region });
  expect(JSON.parse(workspace.read('nx.json'))).toEqual({
    plugins: [{ plugin: 'nx-secrets', options: { stages: { dev: { region }, prod: { region } } } }],
  });
  await workspace.init({ directory: root });
  expect(Object.keys(files()).filter((path) => path.includes('.enc.'))).toHaveLength(2);
});

test('two runs at once leave one key behind the alias, and schedule the other for deletion', async () => {
  await Promise.all([
    workspace.init({ directory: root, stages: 'dev' }),
    workspace.init({ directory: root, stages: 'dev' }),
  ]);
  const kms = new KMSClient({ endpoint: workspace.aws().endpoint });
  const { Aliases } = await kms.send(new ListAliasesCommand({}));
  expect(Aliases?.filter(({ AliasName }) => AliasName === 'alias/user-service-dev')).toHaveLength(1);
  // Both may find the key that is too much, and both schedule its deletion: what counts is what is left.
  const { Keys } = await kms.send(new ListKeysCommand({}));
  const states = await Promise.all(
    Keys!.map(async ({ KeyId }) => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!.KeyState),
  );
  expect(states.filter((state) => state !== 'PendingDeletion')).toEqual(['Enabled']);
  kms.destroy();
});

test('the name of the project at the root is shown without control characters', async () => {
  await writeFiles(workspace.directory(), { 'project.json': JSON.stringify({ name: 'shop\u001b[2J' }) });
  await workspace.init({ directory: '.', stages: 'dev' });
  expect(said()).toContain(
    "for the project at the root: npx nx g nx-secrets:init --project='shop\\u{1b}[2J'",
  );
  expect(said()).not.toContain('\u001b');
});

describe('refuses, before anything is written', () => {
  const refused: [string, Parameters<typeof workspace.init>[0], string, string][] = [
    ['no stages', { directory: root }, 'no stages are configured', '--stages=dev,prod'],
    [
      'a service name that AWS refuses',
      { directory: 'services/größe', stages: 'dev' },
      'AWS does not allow "ö"',
      '"services"',
    ],
    [
      'a stage name that AWS would misread',
      { directory: root, stages: 'eu-abcdef' },
      'can mistake',
      'Rename',
    ],
    [
      'a project that does not exist',
      { project: 'nope', stages: 'dev' },
      'no project "nope"',
      'nx show projects',
    ],
    [
      'an account that is none',
      { directory: root, stages: 'dev', account: 5 },
      '"5" is not an AWS account ID',
      'twelve digits',
    ],
    [
      'a region that is none',
      { directory: root, stages: 'dev', region: 'europe' },
      '"europe" is not an AWS region',
      'eu-west-1',
    ],
    [
      'a folder outside',
      { directory: '../x', stages: 'dev' },
      'outside of the workspace',
      'a folder of the workspace',
    ],
  ];
  test.each(refused)('%s', async (_, options, what, fix) => {
    const before = files();
    const attempt = expect(workspace.init(options)).rejects;
    await attempt.toMatchObject({
      problem: { what: expect.stringContaining(what), fix: expect.stringContaining(fix) },
    });
    expect(files()).toEqual(before);
    expect(workspace.aws().calls()).toEqual({});
  });

  test('two services with one name', async () => {
    await workspace.init({ directory: 'apps/api', stages: 'dev' });
    const before = files();
    // Nx looks at the workspace's files once a process.
    await jest.isolateModulesAsync(async () => {
      const { default: init } = jest.requireActual<{ default: typeof runInit }>('./generator');
      const tree = new FsTree(workspace.directory(), false);
      const attempt = init(tree, { directory: 'libs/api', stages: 'dev' });
      await expect(attempt).rejects.toThrow('apps/api (stage dev) and libs/api (stage dev) would share');
    });
    expect(files()).toEqual(before);
  });

  test('a stage that nx.json does not list', async () => {
    await workspace.init({ directory: '', stages: 'dev,prod' });
    const attempt = (stages: string) => workspace.init({ directory: root, stages });
    await expect(attempt('dve')).rejects.toMatchObject({
      problem: {
        what: 'unknown stage "dve"',
        fix: 'Did you mean "dev"? Valid: dev, prod. To add it, run this at the workspace root first:\nnpx nx g nx-secrets:init --stages=dve',
      },
    });
    await expect(attempt('dev,qa')).rejects.toMatchObject({
      problem: { fix: expect.not.stringContaining('Did you mean') },
    });
    expect(existsSync(join(workspace.directory(), root))).toBe(false);
    expect(workspace.aws().calls()).toEqual({});
  });

  test('a folder that only holds projects', async () => {
    await writeFiles(workspace.directory(), { 'services/a/project.json': '{"name": "a"}' });
    await expect(workspace.init({ directory: 'services', stages: 'dev' })).rejects.toThrow(
      'services is not a service: it contains a project',
    );
  });

  test('a .sops.yaml that is not YAML', async () => {
    await writeFiles(workspace.directory(), { [config]: 'creation_rules: [' });
    await expect(workspace.init({ directory: root, stages: 'dev', account, region })).rejects.toThrow(config);
    expect(workspace.read(config)).toBe('creation_rules: [');
  });
});

test('no region and no credentials are reported', async () => {
  delete process.env['AWS_REGION'];
  await expect(workspace.init({ directory: root, stages: 'dev' })).rejects.toThrow('no AWS region');
  process.env['AWS_REGION'] = region;
  delete process.env['AWS_ACCESS_KEY_ID'];
  await expect(workspace.init({ directory: root, stages: 'dev' })).rejects.toThrow('credentials are missing');
});

test('the region of AWS_DEFAULT_REGION counts where AWS_REGION is not set', async () => {
  delete process.env['AWS_REGION'];
  process.env['AWS_DEFAULT_REGION'] = 'eu-central-1';
  await workspace.init({ directory: root, stages: 'dev' });
  expect(workspace.read(config)).toContain('arn:aws:kms:eu-central-1:');
});

test('where keys may not be made, .sops.yaml is written, and what the pipeline and the developer do next is shown', async () => {
  workspace.aws().injectFault({ operation: 'kms:CreateKey', kind: denied, count: 9 });
  await workspace.init({ directory: root, stages: 'dev' });
  expect(said()).toContain(`AWS refuses kms:CreateKey to arn:aws:iam::${account}:root`);
  expect(said()).toContain('npx nx affected -t provision-keys');
  expect(said()).toContain('nx-secrets:init --stages=dev');
  expect(said()).not.toContain('Next: npx nx g nx-secrets:set');
  expect(Object.keys(files()).filter((path) => path.startsWith(root))).toEqual([config]);

  workspace.aws().clearFaults();
  expect(outcomes(await workspace.provision([root]))).toEqual(['user-service dev created']);
  workspace.aws().injectFault({ operation: 'kms:ListResourceTags', kind: denied, count: 9 });
  await workspace.init({ directory: root, stages: 'dev' });
  expect(said()).toContain('the pipeline checks its settings');
  expect(existsSync(join(workspace.directory(), `${root}/secrets/dev.enc.yaml`))).toBe(true);
});

test('the key of a stage that is for CI only is left to CI', async () => {
  const options = { stages: { prod: { ciOnly: true } } };
  await writeFiles(workspace.directory(), {
    'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options }] }),
  });
  await workspace.init({ directory: root });
  expect(workspace.aws().calls()['kms:CreateKey']).toBeUndefined();
  process.env['CI'] = 'true';
  await workspace.init({ directory: root });
  expect(workspace.aws().calls()['kms:CreateKey']).toBe(1);
  expect(existsSync(join(workspace.directory(), `${root}/secrets/prod.enc.yaml`))).toBe(true);
});

test('a rule that does not name the key is not one that init can work with', async () => {
  await writeFiles(workspace.directory(), {
    [config]: 'creation_rules:\n  - age: age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p\n',
  });
  await expect(workspace.init({ directory: root, stages: 'dev' })).rejects.toMatchObject({
    problem: { what: expect.stringContaining('alias/user-service-dev'), where: config },
  });
  expect(workspace.aws().calls()['kms:CreateKey']).toBeUndefined();
});
