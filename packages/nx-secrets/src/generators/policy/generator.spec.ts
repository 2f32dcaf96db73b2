import { FsTree } from 'nx/src/generators/tree';
import { toProblem } from '../../problem';
import { useDirectory, writeFiles } from '../../testing/workspace.test-kit';
import policy, { type PolicyOptions } from './generator';

const directory = useDirectory();
afterEach(() => jest.restoreAllMocks());

const sync = 'arn:aws:iam::111122223333:role/sync';
const rule = (stage: string, service: string) => `
  - path_regex: ^secrets/${stage}\\.enc\\.
    key_groups:
      - kms:
          - arn: arn:aws:kms:eu-central-1:111122223333:alias/${service}-${stage}
            context: { service: ${service}, stage: ${stage} }`;

beforeEach(() =>
  writeFiles(directory(), {
    'package.json': '{"name": "shop"}',
    'nx.json': JSON.stringify({
      plugins: [
        {
          plugin: 'nx-secrets',
          options: { stages: { dev: {}, prod: { principals: { sync, runtime: sync } }, qa: {} } },
        },
      ],
    }),
    'services/users/.sops.yaml': `creation_rules:${rule('dev', 'users')}${rule('prod', 'users')}\n`,
    'services/payments/.sops.yaml': `creation_rules:${rule('dev', 'payments')}\n`,
  }),
);

/** Runs the generator; gives what it printed and the changes of the tree. */
async function run(options: PolicyOptions) {
  const printed: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.push(String(text));
    return true;
  });
  const sizes: string[] = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    sizes.push(String(text));
    return true;
  });
  const tree = new FsTree(directory(), false);
  const callback = await policy(tree, options);
  await callback();
  jest.restoreAllMocks();
  return {
    printed: printed.join(''),
    sizes: sizes.join(''),
    changes: tree
      .listChanges()
      .map(({ path, content }) => [path, String(content)] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  };
}

const problemOf = async (options: PolicyOptions) => {
  try {
    await run(options);
  } catch (error) {
    return toProblem(error);
  } finally {
    jest.restoreAllMocks();
  }
  throw new Error('was accepted');
};

const users = { directory: 'services/users' };

test('one policy is printed as the document, and nothing else is', async () => {
  const { printed, changes } = await run({ ...users, for: 'runtime', stage: 'dev' });
  expect(changes).toEqual([]);
  expect(JSON.parse(printed)).toMatchObject({
    Statement: [
      {
        Action: ['secretsmanager:GetSecretValue'],
        Resource: ['arn:aws:secretsmanager:eu-central-1:111122223333:secret:/services/users/dev-??????'],
      },
      { Action: ['kms:Decrypt'] },
    ],
  });
});

test('in a service, its policies; at the root, those of all services', async () => {
  const namesOf = async (options: PolicyOptions) =>
    Object.keys(JSON.parse((await run(options)).printed) as object);
  expect(await namesOf(users)).toEqual(
    ['dev', 'prod'].flatMap((stage) =>
      ['sync', 'developer', 'runtime', 'provision'].map((kind) => `users-${stage}-${kind}`),
    ),
  );
  expect(await namesOf({ for: 'sync,key' })).toEqual([
    'dev-sync',
    'payments-dev-key',
    'users-dev-key',
    'users-prod-sync',
    'users-prod-key',
  ]);
});

test('a file in the service, through the Tree; written a second time, nothing changes', async () => {
  const options: PolicyOptions = { ...users, for: 'key', format: 'terraform', output: 'infra/keys.tf' };
  const { printed, changes } = await run(options);
  expect(printed).toBe('');
  const [[path, text]] = changes as [[string, string]];
  expect(path).toBe('services/users/infra/keys.tf');
  expect(text).toContain('resource "aws_kms_key" "users_dev_key"');
  await writeFiles(directory(), { [path]: text });
  expect((await run(options)).changes).toEqual([]);
});

test("nx.json's region and account come before those of the key", async () => {
  await writeFiles(directory(), {
    'nx.json': JSON.stringify({
      plugins: [
        {
          plugin: 'nx-secrets',
          options: { stages: { qa: { region: 'cn-north-1', accountId: '444455556666' } } },
        },
      ],
    }),
  });
  const { printed } = await run({ ...users, for: 'runtime', stage: 'qa' });
  expect(printed).toContain(
    'arn:aws-cn:secretsmanager:cn-north-1:444455556666:secret:/services/users/qa-??????',
  );
});

describe('stages of several accounts and regions', () => {
  const stages = {
    dev: { region: 'eu-west-1', accountId: '111122223333' },
    prod: { region: 'eu-west-1', accountId: '444455556666', replicaRegions: ['eu-central-1'] },
  };
  beforeEach(() =>
    writeFiles(directory(), {
      'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options: { stages } }] }),
    }),
  );
  const pathsOf = async (options: PolicyOptions) => (await run(options)).changes.map(([path]) => path);

  test('a folder has a folder for each; the replica is in its own region', async () => {
    const options: PolicyOptions = { for: 'sync,key', format: 'terraform', output: 'infra/' };
    const { changes } = await run(options);
    expect(changes.map(([path]) => path)).toEqual([
      'infra/111122223333/eu-west-1/secrets.tf',
      'infra/444455556666/eu-central-1/secrets.tf',
      'infra/444455556666/eu-west-1/secrets.tf',
    ]);
    const [dev = '', replica = '', prod = ''] = changes.map(([, text]) => text);
    expect(dev).not.toContain('444455556666');
    expect(prod).not.toContain('111122223333');
    expect(replica).toContain('aws_kms_replica_key');
    expect(replica).not.toContain('aws_iam_policy');
  });

  test('a pattern names the files', async () => {
    const output = 'infra/{accountId}-{region}.yaml';
    expect(await pathsOf({ for: 'key', format: 'cloudformation', output })).toEqual([
      'infra/111122223333-eu-west-1.yaml',
      'infra/444455556666-eu-central-1.yaml',
      'infra/444455556666-eu-west-1.yaml',
    ]);
    expect(
      await pathsOf({ for: 'sync', format: 'cloudformation', output: 'infra/{accountId}.yaml' }),
    ).toHaveLength(2);
  });

  test.each<[string, PolicyOptions]>([
    ['one file', { format: 'json', output: 'infra/secrets.json' }],
    ['one Terraform module, in two files', { format: 'terraform', output: 'infra/{accountId}-{region}.tf' }],
    ['standard output of a template', { format: 'cloudformation' }],
    ['a pattern without the region', { for: 'key', format: 'cdk', output: 'infra/{accountId}.ts' }],
  ])('refuses %s; the fix works', async (_, options) => {
    const { code, fix } = await problemOf({ for: 'sync', ...options });
    expect(code).toBe('severalPlaces');
    const command = fix.split('\n').at(-1) ?? '';
    expect(command).toMatch(/^npx nx g \S+:policy --for=\S+ --format=\S+ --output=infra\/$/);
    expect((await pathsOf({ for: 'sync', ...options, output: 'infra/' })).length).toBeGreaterThan(1);
  });

  test('JSON on standard output is not a module: all names once', async () => {
    const { printed } = await run({ for: 'sync,key' });
    expect(Object.keys(JSON.parse(printed) as object)).toEqual([
      'dev-sync',
      'payments-dev-key',
      'users-dev-key',
      'prod-sync',
      'payments-prod-key',
      'users-prod-key',
    ]);
  });
});

test('sizes go to standard error; in one service, how a shared role has one policy', async () => {
  const { sizes } = await run({ ...users, for: 'sync', stage: 'prod' });
  expect(sizes).toMatch(/role\/sync: 1\n {2}users-prod-sync: 1,\d{3} of 6,144/);
  expect(sizes).toMatch(/at the workspace root:\nnpx nx g \S+:policy --for=sync --stage=prod\n$/);
  expect((await run({ for: 'sync', stage: 'prod' })).sizes).not.toContain('workspace root');
});

test('trust policies of roles', async () => {
  const trust = { sync: { github: 'acme/shop', environment: '{stage}' } };
  await writeFiles(directory(), {
    'nx.json': JSON.stringify({
      plugins: [{ plugin: 'nx-secrets', options: { stages: { prod: { roleArn: sync, trust } } } }],
    }),
  });
  const { printed } = await run({ for: 'trust', stage: 'prod' });
  expect(printed).toContain('"repo:acme/shop:environment:prod"');
  const { changes } = await run({
    for: 'sync,trust',
    stage: 'prod',
    format: 'terraform',
    output: 'infra/a.tf',
  });
  expect(changes[0]?.[1]).toContain('role = aws_iam_role.sync_role.name');
});

test.each([
  ['an unknown kind', { for: 'synk' }, 'no policy for "synk"', 'Did you mean "sync"?'],
  ['a stage that no service has', { stage: 'qa' }, 'no service here has stage qa', '--stages=qa'],
  ['a slip of the pen', { stage: 'dev,pord' }, 'no service has a stage "pord"', 'Did you mean "prod"?'],
  [
    'a stage that there is not',
    { stage: 'staging' },
    'no service has a stage "staging"',
    'Valid: dev, prod, qa.',
  ],
  ['a file outside of the workspace', { output: '../../../x.json' }, 'outside of the workspace', 'relative'],
  ['a secret policy without principals', { for: 'secret', stage: 'dev' }, 'has no principals', '"sync"'],
])('refuses %s', async (_, options, what, fix) => {
  const problem = await problemOf({ ...users, ...options });
  expect(problem.what).toContain(what);
  expect(problem.fix).toContain(fix);
});

test('a kind that is close to none is not a guess', async () => {
  const { fix } = await problemOf({ ...users, for: 'deploy' });
  expect(fix).toMatch(/^Valid: sync,/);
});

test('a folder that is not a service', async () => {
  const problem = await problemOf({ directory: 'libs/tools' });
  expect(problem.what).toBe('libs/tools is not a service: it has no .sops.yaml');
  expect(problem.fix).toContain(':init');
});

test('a file whose key is configured nowhere', async () => {
  await writeFiles(directory(), {
    'services/users/.sops.yaml': 'creation_rules:\n  - age: age1x\n',
    'services/users/secrets/dev.enc.yaml': 'sops: {}\n',
  });
  const problem = await problemOf({ ...users, stage: 'dev' });
  expect(problem.what).toBe('no region or account is configured for stage dev');
  expect(problem.where).toContain('services/users/.sops.yaml');
});
