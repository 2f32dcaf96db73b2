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
  const tree = new FsTree(directory(), false);
  const callback = await policy(tree, options);
  await callback();
  jest.restoreAllMocks();
  return {
    printed: printed.join(''),
    changes: tree.listChanges().map(({ path, content }) => [path, String(content)]),
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
    'payments-dev-sync',
    'payments-dev-key',
    'users-dev-sync',
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

test.each([
  ['an unknown kind', { for: 'synk' }, 'no policy for "synk"', 'Did you mean "sync"?'],
  ['a stage that no service has', { stage: 'qa' }, 'no service here has stage qa', '--stages=qa'],
  ['a slip of the pen', { stage: 'dev,pord' }, 'no service here has stage pord', 'Did you mean "prod"?'],
  [
    'a stage that there is not',
    { stage: 'staging' },
    'no service here has stage staging',
    'There are: dev, prod, qa.',
  ],
  ['a file outside of the workspace', { output: '../../../x.json' }, 'outside of the workspace', 'relative'],
  ['a secret policy without principals', { for: 'secret', stage: 'dev' }, 'has no principals', '"sync"'],
])('refuses %s', async (_, options, what, fix) => {
  const problem = await problemOf({ ...users, ...options });
  expect(problem.what).toContain(what);
  expect(problem.fix).toContain(fix);
});

test('a kind that is close to none is no guess', async () => {
  const { fix } = await problemOf({ ...users, for: 'deploy' });
  expect(fix).toMatch(/^Valid: sync,/);
});

test('a folder that is no service', async () => {
  const problem = await problemOf({ directory: 'libs/tools' });
  expect(problem.what).toBe('libs/tools is not a service: it has no .sops.yaml');
  expect(problem.fix).toContain(':init');
});

test('a file whose key is said nowhere', async () => {
  await writeFiles(directory(), {
    'services/users/.sops.yaml': 'creation_rules:\n  - age: age1x\n',
    'services/users/secrets/dev.enc.yaml': 'sops: {}\n',
  });
  const problem = await problemOf({ ...users, stage: 'dev' });
  expect(problem.what).toBe('no region or account is configured for stage dev');
  expect(problem.where).toContain('services/users/.sops.yaml');
});
