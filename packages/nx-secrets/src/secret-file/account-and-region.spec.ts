import { account, problems, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';

const workspace = useAwsWorkspace();
const user = 'services/user-service';

test.each([
  [
    'region',
    { region: 'us-east-1' },
    `the key is in region ${region}, but nx.json puts stage dev in us-east-1`,
  ],
  [
    'account',
    { accountId: '999988887777' },
    `the key is in account ${account}, but nx.json puts stage dev in 999988887777`,
  ],
])('a file whose key is in another %s than the stage is not pushed', async (_, stage, what) => {
  await workspace.init({ directory: user, stages: 'dev' });
  await workspace.set(user, 'dev', 'A', 'one');
  const options = { stages: { dev: stage } };
  await workspace.write({ 'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options }] }) });
  await workspace.commit();
  workspace.aws().resetCalls();
  expect(problems(await workspace.sync([user])).map((problem) => problem.what)).toEqual([what]);
  expect(workspace.aws().calls()).toEqual({});
});
