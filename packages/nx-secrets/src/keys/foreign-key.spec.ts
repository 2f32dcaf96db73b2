import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { outcomes, problems } from '../testing/aws-workspace.test-kit';
import { useForeignKey, user } from './foreign-key.test-kit';

const workspace = useForeignKey();
let arn: string;
workspace.prepare(async () => {
  arn = await workspace.makeKey();
  await workspace.configure({ dev: arn });
});
beforeEach(() => workspace.aws().resetCalls());

const SecretId = '/services/user-service/dev';

test('init, set and sync use the key as it is, and change nothing of it', async () => {
  await workspace.init({ directory: user, stages: 'dev' });
  expect(workspace.read(`${user}/.sops.yaml`)).toContain(`arn: ${arn}\n`);
  await workspace.set(user, 'dev', 'A', 'one');
  expect(workspace.read(`${user}/secrets/dev.enc.yaml`)).toContain(`arn: ${arn}\n`);
  await workspace.commit();
  const provisioned = await workspace.provision([user]);
  expect(provisioned.entries[0]).toMatchObject({
    name: arn.slice(arn.indexOf('key/')),
    outcome: { kind: 'unchanged', note: 'a key that somebody else makes: not changed' },
  });
  const synced = await workspace.sync([user]);
  expect(problems(synced)).toEqual([]);
  expect(outcomes(synced)).toEqual(['user-service dev created']);
  expect(await workspace.valueOf(SecretId)).toBe('{"A":"one"}');
  const { KmsKeyId } = await workspace.client().send(new DescribeSecretCommand({ SecretId }));
  expect(KmsKeyId).toBe(arn);
  expect(outcomes(await workspace.sync([user]))).toEqual(['user-service dev unchanged']);
  expect(workspace.keyChanges()).toEqual([]);
});
