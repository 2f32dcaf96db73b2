import { account } from '../../testing/aws-workspace.test-kit';
import { useWho } from './who.test-kit';

jest.mock('@aws-sdk/client-iam', () => {
  throw Object.assign(new Error("Cannot find module '@aws-sdk/client-iam'"), { code: 'MODULE_NOT_FOUND' });
});

const workspace = useWho();

test('without the client of IAM: its policies are not known, with the command that installs it', async () => {
  await workspace.make();
  const { text, stage } = await workspace.ask();
  expect(stage.unknown).toMatchObject([
    {
      what: `IAM policies of account ${account}`,
      fix: expect.stringContaining('npm install --save-dev @aws-sdk/client-iam'),
    },
  ]);
  expect(text).toContain('      npm install --save-dev @aws-sdk/client-iam\n');
  expect(stage.access.find(({ who }) => who === 'role/user-service-prod')?.needs).toEqual([
    `IAM policies of account ${account}`,
  ]);
});
