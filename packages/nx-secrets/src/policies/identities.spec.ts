import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { logger } from '@nx/devkit';
import { toProblem, type Problem } from '../problem';
import { account, outcomes, problems } from '../testing/aws-workspace.test-kit';
import { generated, roleNames, root, stages, useIdentities, type Differences } from './identities.test-kit';

const workspace = useIdentities();
const commit = async () => (await workspace.git('rev-parse', 'HEAD')).stdout;

test('each step is done by the identity that is meant to do it, in a session that says which run it is', async () => {
  await workspace.commit();
  process.env['CI_JOB_ID'] = '4711';
  workspace.iam({
    trust: (task) => ({
      StringLike: {
        'sts:RoleSessionName': `nx-secrets-${task}-????????????-gitlab-4711`,
        'sts:SourceIdentity': 'gitlab-4711',
      },
    }),
  });
  // Where the key is not there yet and is not the developer's to make, nobody's rights are needed to begin.
  await workspace.as('developer', () => workspace.init({ directory: root, stages: 'dev' }));
  await workspace.commit();
  const provisioned = await workspace.as('ci', () => workspace.provision([root]));
  expect(problems(provisioned)).toEqual([]);
  expect(outcomes(provisioned)).toEqual(['user-service dev created']);
  await workspace.as('developer', () => workspace.init({ directory: root, stages: 'dev' }));
  await workspace.as('developer', () => workspace.set(root, 'dev', 'KEY', 'value'));
  await workspace.commit();
  const sync = () => workspace.as('ci', () => workspace.sync([root]));
  expect(outcomes(await sync())).toEqual(['user-service dev created']);
  expect(outcomes(await workspace.as('ci', () => workspace.diff([root])))).toEqual([
    'user-service dev unchanged',
  ]);
  await workspace.as('ci', () => workspace.rotate({ directory: root, stage: 'dev', key: true }));
  await workspace.commit();
  expect(outcomes(await sync())).toEqual(['user-service dev updated']);
  expect((await workspace.as('ci', () => workspace.prune())).entries).toEqual([]);
});

test('each role is assumed once in a run, whatever it does', async () => {
  await workspace.arrange();
  workspace.aws().resetCalls();
  await workspace.set(root, 'dev', 'KEY', 'value');
  await workspace.commit();
  expect(outcomes(await workspace.sync([root]))).toEqual(['user-service dev updated']);
  expect(workspace.aws().calls()['sts:AssumeRole']).toBe(1);
});

test.each([[['sts:AssumeRole']], [['sts:AssumeRole', 'sts:SetSourceIdentity']]])(
  'where the pipeline may %j, the role is assumed anyway',
  async (assume) => {
    await workspace.arrange({ pushed: false });
    workspace.iam({ assume });
    expect(outcomes(await workspace.as('ci', () => workspace.sync([root])))).toEqual([
      'user-service dev created',
    ]);
  },
);

/** Runs a step; gives the problem that it ends in. */
const problemOf = async (step: () => Promise<unknown>): Promise<Problem | undefined> => {
  try {
    const report = await step();
    return typeof report === 'object' && report !== null && 'entries' in report
      ? problems(report as Parameters<typeof problems>[0])[0]
      : undefined;
  } catch (error) {
    const problem = toProblem(error);
    // A generator prints what is wrong with each file, and throws that something is.
    const printed = jest.mocked(logger.info).mock.calls.flat().join('\n');
    return { ...problem, what: `${problem.what}\n${printed}`, fix: `${problem.fix}\n${printed}` };
  }
};

const without = (who: keyof typeof generated, ...actions: readonly string[]): Differences => ({
  statements: {
    [who]: generated[who].map((statement) => ({
      ...statement,
      Action: [statement.Action]
        .flat()
        .filter((one) => !actions.includes(one))
        .concat('iam:GetUser'),
    })),
  },
});
const denying = (who: keyof typeof generated, Action: string): Differences => ({
  statements: { [who]: [...generated[who], { Effect: 'Deny', Action, Resource: '*' }] },
});

const steps = {
  sync: () => workspace.as('ci', () => workspace.sync([root])),
  diff: () => workspace.as('ci', () => workspace.diff([root])),
  provision: () => workspace.as('ci', () => workspace.provision([root])),
  prune: () => workspace.as('ci', () => workspace.prune()),
  set: () => workspace.as('developer', () => workspace.set(root, 'dev', 'OTHER', 'canary')),
  'rotate the data key': () =>
    workspace.as('developer', () => workspace.rotate({ directory: root, stage: 'dev', dataKey: true })),
} as const;

const session = (name: string, task: string) =>
  `arn:aws:sts::${account}:assumed-role/${name}/nx-secrets-${task}-<commit>`;
const syncSession = session('user-service-dev-sync', 'sync');
const provisionSession = session('user-service-dev-provision', 'provision');
const [ci, developer] = [`arn:aws:iam::${account}:user/ci`, `arn:aws:iam::${account}:user/developer`];
const policyFor = (kind: string) => `npx nx g nx-secrets:policy --for=${kind} --stage=dev --project=${root}`;
const byIdentity = 'no identity-based policy allows it';
const explicitly = 'an identity-based policy denies it explicitly';

interface Row {
  readonly step: keyof typeof steps;
  readonly under: string;
  readonly difference: Differences;
  readonly action: string;
  readonly who: string;
  readonly why: string;
  readonly fix: string;
  /** The secret is there. */
  readonly pushed?: boolean;
}

const row = (
  step: Row['step'],
  under: string,
  difference: Differences,
  [action, who, why, fix]: readonly [string, string, string, string],
  pushed = true,
): Row => ({ step, under, difference, action, who, why, fix, pushed });
const sm = (operation: string) => `secretsmanager:${operation}`;
const noEffect = 'granting it has no effect';

const refusals: readonly Row[] = [
  ...(['sync', 'diff'] as const).map((step) =>
    row(step, 'a role that may not look', without('sync', sm('DescribeSecret')), [
      sm('DescribeSecret'),
      syncSession,
      byIdentity,
      policyFor('sync'),
    ]),
  ),
  row(
    'sync',
    'a role that may not make secrets',
    without('sync', sm('CreateSecret')),
    [sm('CreateSecret'), syncSession, byIdentity, policyFor('sync')],
    false,
  ),
  row(
    'sync',
    'a role that may not open files',
    without('sync', 'kms:Decrypt'),
    ['kms:Decrypt', syncSession, byIdentity, policyFor('sync')],
    false,
  ),
  row(
    'sync',
    'a role that is denied to open files',
    denying('sync', 'kms:Decrypt'),
    ['kms:Decrypt', syncSession, explicitly, noEffect],
    false,
  ),
  row('sync', 'a role that is denied Secrets Manager', denying('sync', sm('*')), [
    sm('DescribeSecret'),
    syncSession,
    explicitly,
    noEffect,
  ]),
  row('provision', 'a role that may not look', without('provision', 'kms:DescribeKey'), [
    'kms:DescribeKey',
    provisionSession,
    byIdentity,
    policyFor('provision'),
  ]),
  row('prune', 'a role that may nothing', without('prune', '*'), [
    sm('ListSecrets'),
    session('prune-dev', 'prune'),
    byIdentity,
    ':policy --for=prune --stage=dev',
  ]),
  row(
    'set',
    'a developer who may neither open nor encrypt',
    without('developer', 'kms:Decrypt', 'kms:Encrypt'),
    ['kms:Encrypt', developer, byIdentity, policyFor('developer')],
  ),
  row('rotate the data key', 'a developer who may not open', without('developer', 'kms:Decrypt'), [
    'kms:Decrypt',
    developer,
    byIdentity,
    policyFor('developer'),
  ]),
  row('rotate the data key', 'a developer who is denied to encrypt', denying('developer', 'kms:Encrypt'), [
    'kms:Encrypt',
    developer,
    explicitly,
    noEffect,
  ]),
  ...(['sync', 'provision', 'prune'] as const).map((task) =>
    row(task, 'a role that trusts somebody else', { distrusting: [task] }, [
      'sts:AssumeRole',
      ci,
      'no resource-based policy allows it',
      `role/${roleNames[task]} name ${ci}`,
    ]),
  ),
];

test.each(refusals)('$step under $under: $action is refused to $who', async (row) => {
  await workspace.arrange({ pushed: row.pushed ?? true });
  workspace.iam(row.difference);
  const problem = await problemOf(steps[row.step]);
  const head = (await commit()).slice(0, 12);
  expect(problem?.what).toContain(
    `AWS refuses ${row.action} to ${row.who.replace('<commit>', head)}: ${row.why}`,
  );
  expect(problem?.fix).toContain(row.fix);
  if (!row.fix.includes(':policy')) expect(problem?.fix).not.toContain(':policy');
  if (row.action === 'sts:AssumeRole')
    expect(problem?.where).toContain(`nx.json, stages.dev.roles.${row.step}`);
  expect(JSON.stringify(problem)).not.toContain('canary');
});

test('what the policy of the key does not allow is rolled out with it', async () => {
  const options = (sync: string) => ({
    plugins: [
      {
        plugin: 'nx-secrets',
        options: { stages: { dev: { ...stages.dev, principals: { ...stages.dev.principals, sync } } } },
      },
    ],
  });
  await workspace.write({ 'nx.json': JSON.stringify(options(`arn:aws:iam::${account}:role/another`)) });
  await workspace.arrange({ pushed: false });
  workspace.iam();
  const problem = await problemOf(steps.sync);
  expect(problem?.what).toContain('no resource-based policy allows it');
  expect(problem?.fix).toContain(`npx nx run ${root}:provision-keys --stage=dev`);
  expect(problem?.fix).not.toContain(':policy');
});

test('whoever may encrypt and nothing else makes files anyway', async () => {
  await workspace.init({ directory: root, stages: 'dev' });
  await workspace.write({ 'sample.txt': '' });
  rmSync(join(workspace.directory(), root, 'secrets'), { recursive: true });
  workspace.iam(without('developer', 'kms:Decrypt'));
  await workspace.as('developer', () => workspace.init({ directory: root, stages: 'dev', keys: false }));
  expect(workspace.read(`${root}/secrets/dev.enc.yaml`)).toContain('sops:');
});

test('where nobody made the key, somebody who may not make it is told what comes first', async () => {
  await workspace.commit();
  workspace.iam();
  await workspace.as('developer', () => workspace.init({ directory: root, stages: 'dev', keys: false }));
  expect(jest.mocked(logger.info).mock.calls.flat().join('\n')).toContain('provision-keys');
  expect(existsSync(join(workspace.directory(), root, 'secrets'))).toBe(false);
});
