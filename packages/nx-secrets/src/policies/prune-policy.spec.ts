import {
  CreateSecretCommand,
  DeleteSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { account, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { asActor } from './actor.test-kit';
import { prunePolicy } from './prune-policy';
import { subjectOf } from './subject.test-kit';

const workspace = useAwsWorkspace();
const policies = [prunePolicy({ ...subjectOf(), accountId: account, region })];
const own = { 'managed-by': 'nx-secrets', service: 'gone-service', stage: 'dev' };

/** Whether whoever prunes may delete a secret with these tags, in this way. */
async function mayDelete(
  tags: Readonly<Record<string, string>>,
  how: Partial<DeleteSecretCommand['input']>,
): Promise<boolean> {
  const Name = '/services/gone-service/dev';
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  await workspace.client().send(new CreateSecretCommand({ Name, Tags }));
  return asActor(workspace.aws(), policies, async () => {
    const client = new SecretsManagerClient({ endpoint: workspace.aws().endpoint });
    try {
      await client.send(new DeleteSecretCommand({ SecretId: Name, ...how }));
      return true;
    } catch (error) {
      expect(error).toMatchObject({ name: 'AccessDeniedException' });
      return false;
    } finally {
      client.destroy();
    }
  });
}

test.each<[string, Readonly<Record<string, string>>, Partial<DeleteSecretCommand['input']>, boolean]>([
  ['of the stage, so that it can be restored', own, { RecoveryWindowInDays: 7 }, true],
  ['of the stage, without a window', own, {}, true],
  ['of the stage, at once and for good', own, { ForceDeleteWithoutRecovery: true }, false],
  ['of another stage', { ...own, stage: 'prod' }, {}, false],
  ['of another program', { ...own, 'managed-by': 'terraform' }, {}, false],
  ['without tags', {}, {}, false],
])('a secret %s', async (_, tags, how, expected) => {
  expect(await mayDelete(tags, how)).toBe(expected);
});
