import { GetKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import { provisionPolicy } from '../policies/provision-policy';
import { policySubject } from '../policies/subject';
import { asActor, withoutAction } from '../policies/actor.test-kit';
import { account, outcomes, problems, region } from '../testing/aws-workspace.test-kit';
import { namesOf } from '../config/names';
import { readOptions } from '../config/options';
import { alias, service, user, useKeyWorkspace } from './key-workspace.test-kit';

const there = 'eu-central-1';
const stages = { dev: { replicaRegions: [there] } };
const policies = [
  provisionPolicy(
    policySubject(namesOf('user-service', 'dev', readOptions({}), user), stages.dev, {
      region,
      accountId: account,
    }),
  ),
];
const workspace = useKeyWorkspace();
beforeEach(async () => {
  await workspace.options({ stages });
  await workspace.write(service(user, 'dev'));
});

const policyIn = async (inRegion: string) => {
  const client = new KMSClient({ endpoint: workspace.aws().endpoint, region: inRegion });
  const KeyId = await workspace.idOf(alias);
  const { Policy = '' } = await client.send(new GetKeyPolicyCommand({ KeyId }));
  client.destroy();
  return Policy;
};

test('a role that may set policies behind the alias only makes key and replica anyway, each with its policy', async () => {
  const report = await asActor(workspace.aws(), policies, () => workspace.provision([user]));
  expect(outcomes(report)).toEqual(['user-service dev created']);
  for (const one of [region, there]) {
    expect(await policyIn(one)).toContain('ServiceReadsSecret');
    expect(await policyIn(one)).not.toContain('"kms:*"');
  }
  expect(outcomes(await workspace.provision([user]))).toEqual(['user-service dev unchanged']);
});

test('what is refused right after the alias was made says how long KMS takes; the next run goes on', async () => {
  const without = withoutAction(policies, 'kms:PutKeyPolicy');
  const [problem] = problems(await asActor(workspace.aws(), without, () => workspace.provision([user])));
  expect(problem?.denied).toBe('kms:PutKeyPolicy');
  expect(problem?.fix).toMatch(/^Run this again in five minutes: .*: Grant kms:PutKeyPolicy/);
  const report = await asActor(workspace.aws(), policies, () => workspace.provision([user]));
  expect(outcomes(report)).toEqual(['user-service dev repaired']);
  expect(await policyIn(region)).toContain('ServiceReadsSecret');
});
