import * as kms from '@aws-sdk/client-kms';
import { unusedDescriptionOf } from '../aws/tags';
import { succeeded } from '../report';
import { account, region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { namesOf } from '../config/names';
import { readOptions } from '../config/options';
import { provisionPolicy } from './provision-policy';
import { policySubject } from './subject';
import { oneOfMany } from './subject.test-kit';
import { allSucceed, failing, grantedBy, withoutAction, withoutStatement, type Task } from './actor.test-kit';

const workspace = useAwsWorkspace();
const root = 'services/user-service';
const there = 'eu-central-1';
const options = { stages: { dev: { replicaRegions: [there] } } };
const names = namesOf('user-service', 'dev', readOptions(options), root);
const subject = policySubject(names, options.stages.dev, { region, accountId: account });
const policies = [provisionPolicy(subject)];
const alias = names.keyAlias;
const tags = Object.entries({ 'managed-by': 'nx-secrets', service: 'user-service', stage: 'dev' });
const Tags = tags.map(([TagKey, TagValue]) => ({ TagKey, TagValue }));

let client: kms.KMSClient;
let elsewhere: kms.KMSClient;
beforeEach(async () => {
  client = new kms.KMSClient({ endpoint: workspace.aws().endpoint });
  elsewhere = new kms.KMSClient({ endpoint: workspace.aws().endpoint, region: there });
  const key = {
    arn: `arn:aws:kms:${region}:${account}:${alias}`,
    context: { service: 'user-service', stage: 'dev' },
  };
  const rule = { path_regex: '^secrets/dev\\.enc\\.', key_groups: [{ kms: [key] }] };
  await workspace.write({
    'nx.json': JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options }] }),
    [`${root}/.sops.yaml`]: JSON.stringify({ creation_rules: [rule] }),
  });
});
afterEach(() => {
  client.destroy();
  elsewhere.destroy();
});

const idOf = async () => (await client.send(new kms.DescribeKeyCommand({ KeyId: alias }))).KeyMetadata?.KeyId;
const makeKey = async (settings: kms.CreateKeyCommandInput) =>
  (await client.send(new kms.CreateKeyCommand({ MultiRegion: true, ...settings }))).KeyMetadata?.KeyId;

/** What is done, with all rights, to the key that provisioning has made. */
const drifts: Readonly<Record<string, (KeyId: string | undefined) => Promise<unknown>>> = {
  'nothing to do': async () => undefined,
  'rotation, description, tags and policy have drifted': async (KeyId) => {
    await client.send(new kms.DisableKeyRotationCommand({ KeyId }));
    await client.send(new kms.UpdateKeyDescriptionCommand({ KeyId, Description: 'by hand' }));
    await client.send(new kms.UntagResourceCommand({ KeyId, TagKeys: ['stage'] }));
    const everything = { Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [everything] });
    await client.send(new kms.PutKeyPolicyCommand({ KeyId, Policy }));
  },
  'it is disabled': (KeyId) => client.send(new kms.DisableKeyCommand({ KeyId })),
  'the alias is gone': () => client.send(new kms.DeleteAliasCommand({ AliasName: alias })),
  'a killed run left a key': () => makeKey({ Description: unusedDescriptionOf(names), Tags }),
  'the alias of the replica is gone': () => elsewhere.send(new kms.DeleteAliasCommand({ AliasName: alias })),
  'description and tags of the replica have drifted': async (KeyId) => {
    await elsewhere.send(new kms.UpdateKeyDescriptionCommand({ KeyId, Description: 'by hand' }));
    await elsewhere.send(new kms.UntagResourceCommand({ KeyId, TagKeys: ['stage'] }));
  },
};

const provision = async () => {
  const overrides = { adopt: new Set([alias]), enable: true };
  return succeeded(await workspace.provision([root], { overrides }));
};
const reset = async () => workspace.aws().reset();

const tasks: readonly Task[] = [
  { name: 'make', arrange: reset, run: provision },
  ...Object.entries(drifts).map(([name, drift]) => ({
    name,
    arrange: async () => {
      await reset();
      await provision();
      await drift(await idOf());
    },
    run: provision,
  })),
  {
    name: 'it is scheduled for deletion',
    arrange: async () => {
      await reset();
      const TargetKeyId = await makeKey({ Tags });
      await client.send(new kms.CreateAliasCommand({ AliasName: alias, TargetKeyId }));
      await client.send(new kms.ScheduleKeyDeletionCommand({ KeyId: TargetKeyId }));
    },
    run: provision,
  },
  {
    // A key that somebody else made is for an administrator to take over: who uses it, only they can see.
    name: 'all tags are gone',
    arrange: async () => {
      await reset();
      await provision();
      const TagKeys = tags.map(([tag]) => tag);
      await client.send(new kms.UntagResourceCommand({ KeyId: await idOf(), TagKeys }));
    },
    run: provision,
  },
];

test('suffices; nothing else is called, and all that is granted is', async () => {
  const { failed, called } = await failing(workspace.aws(), policies, tasks);
  expect(failed).toEqual([]);
  // What KMS does on behalf of whoever makes a multi-Region key is not a call of ours.
  expect(called).toEqual(grantedBy(policies).filter((action) => action !== 'iam:CreateServiceLinkedRole'));
});

test('suffices as part of the policies of many services', async () => {
  const { failed } = await failing(workspace.aws(), oneOfMany('provision', subject), tasks);
  expect(failed).toEqual([]);
});

test.each(grantedBy(policies))('%s is needed', async (action) => {
  expect(await allSucceed(workspace.aws(), withoutAction(policies, action), tasks)).toBe(false);
});

test.each(policies.flatMap(({ Statement }) => Statement.map(({ Sid }) => Sid)))(
  'statement %s is needed',
  async (sid) => {
    expect(await allSucceed(workspace.aws(), withoutStatement(policies, sid), tasks)).toBe(false);
  },
);
