import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import rename, { type RenameOptions } from '../generators/rename/generator';
import { readPlugin } from '../config/plugin';
import { namesOf } from '../config/names';
import { serviceName } from '../config/services';
import { account, outcomes, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { keyPolicy } from './key-policy';
import { runtimePolicy } from './runtime-policy';
import { policySubject, type PolicySubject } from './subject';

/** Who reads while a service is renamed: with the policies that are generated then, where IAM decides. */
const workspace = useAwsWorkspace();
const root = 'services/orders';
const [old, now] = ['/services/orders/dev', '/services/sales/dev'];
const run = (options: RenameOptions) =>
  workspace.generate((tree) => rename(tree, { directory: root, ...options }));
const orphans = { kind: 'orphans' } as const;

/** The subject of the stage as nx.json is now. */
const subjectNow = async (): Promise<PolicySubject> => {
  const nxJson = JSON.parse(workspace.read('nx.json')) as Parameters<typeof readPlugin>[1];
  const { options } = readPlugin(workspace.directory(), nxJson);
  const service = await serviceName(workspace.directory(), root, options);
  const stage = options.stages.get('dev') ?? {};
  return policySubject(namesOf(service, 'dev', options, root), stage, { region, accountId: account });
};

/** Which of the secrets the role of a name reads, under the policy that is generated now. */
const readBy = async (role: string): Promise<readonly string[]> => {
  const subject = await subjectNow();
  const isMeant = subject.principals?.runtime.some((arn) => arn.endsWith(`:role/${role}`)) ?? false;
  // A stranger has what the service's role has, for its own names.
  const policies = [isMeant ? runtimePolicy(subject) : strangersPolicy];
  const Action = 'sts:AssumeRole';
  const mayAssume = { Effect: 'Allow', Action, Resource: '*' } as const;
  const Principal = { AWS: `arn:aws:iam::${account}:user/ci` };
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action }] };
  const ci = {
    accessKeys: { AKIACI: 'secret-of-ci' },
    policies: [{ Version: '2012-10-17', Statement: [mayAssume] }],
  };
  workspace
    .aws()
    .setIam({ accounts: { [account]: { users: { ci }, roles: { [role]: { trust, policies } } } } });
  const client = new SecretsManagerClient({ maxAttempts: 1, credentials: await assumed(role) });
  try {
    const read = await Promise.all(
      [old, now].map((SecretId) =>
        client.send(new GetSecretValueCommand({ SecretId })).then(
          ({ SecretString }) => (SecretString === '{"A":"canary"}' ? [SecretId] : ['another value']),
          () => [],
        ),
      ),
    );
    return read.flat();
  } finally {
    client.destroy();
    workspace.aws().setIam(undefined);
  }
};

const assumed = async (role: string) => {
  const sts = new STSClient({ credentials: { accessKeyId: 'AKIACI', secretAccessKey: 'secret-of-ci' } });
  const RoleArn = `arn:aws:iam::${account}:role/${role}`;
  const { Credentials } = await sts
    .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'reader' }))
    .finally(() => sts.destroy());
  return {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
  };
};

const strangersPolicy = runtimePolicy(
  policySubject(
    {
      service: 'pay',
      stage: 'dev',
      secretName: '/services/pay/dev',
      keyAlias: 'alias/pay-dev',
      address: { root: 'services/pay' },
    },
    {},
    { region, accountId: account },
  ),
);

test('the role of the former name reads either secret and the one of the new name its own, until the old one is pruned', async () => {
  const runtime = `arn:aws:iam::${account}:role/{service}-runtime`;
  const options = { stages: { dev: { region, principals: { runtime } } } };
  await workspace.write({
    'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options }] }),
  });
  await workspace.init({ directory: root });
  await workspace.set(root, 'dev', 'A', 'canary');
  await workspace.commit();
  await workspace.sync([root]);
  expect(await readBy('orders-runtime')).toEqual([old]);
  expect(await readBy('pay-runtime')).toEqual([]);

  await run({ newName: 'sales' });
  await workspace.commit();
  // Before the sync: what was read before is read still.
  expect(await readBy('orders-runtime')).toEqual([old]);
  const policy = JSON.stringify(keyPolicy(await subjectNow()));
  for (const role of ['orders-runtime', 'sales-runtime']) expect(policy).toContain(`:role/${role}`);
  expect(policy).not.toContain('pay-runtime');

  expect(outcomes(await workspace.sync([root]))).toEqual(['sales dev created']);
  expect(await readBy('orders-runtime')).toEqual([old, now]);
  // The key of the old secret has the policy that it had: it does not know the new role.
  expect(await readBy('sales-runtime')).toEqual([now]);
  expect(await readBy('pay-runtime')).toEqual([]);
  expect(outcomes(await workspace.prune({ deletion: orphans }))).toEqual(['orders dev skipped']);

  await run({ finish: true });
  await workspace.commit();
  expect(await readBy('sales-runtime')).toEqual([now]);
  expect(await readBy('orders-runtime')).toEqual([]);
  expect(outcomes(await workspace.prune({ deletion: orphans }))).toEqual(['orders dev deletion-scheduled']);
  expect(await readBy('sales-runtime')).toEqual([now]);
  expect(await readBy('pay-runtime')).toEqual([]);
});
