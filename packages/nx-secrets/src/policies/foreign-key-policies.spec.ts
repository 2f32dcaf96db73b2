import { PutKeyPolicyCommand, KMSClient } from '@aws-sdk/client-kms';
import { outcomes, problems, account, region } from '../testing/aws-workspace.test-kit';
import { namesOf } from '../config/names';
import { readOptions } from '../config/options';
import policy from '../generators/policy/generator';
import { useForeignKey, user } from '../keys/foreign-key.test-kit';
import { asActor } from './actor.test-kit';
import { keyPolicy } from './key-policy';
import { namedPolicy, policyKinds } from './named-policy';
import { plannedPolicies } from './planned-policies';
import { policySubject } from './subject';

const workspace = useForeignKey();
let arn: string;
const worker = `arn:aws:iam::${account}:user/worker`;
const stages = {
  dev: {
    region,
    accountId: account,
    principals: { sync: worker, encrypt: worker, decrypt: worker, runtime: worker, rotate: worker },
  },
};
workspace.prepare(async () => {
  arn = await workspace.makeKey();
  await workspace.configure({ dev: arn }, stages);
});

const subjectOf = (key = arn, service = 'user-service') => {
  const services = { [`services/${service}`]: { kmsKeyArn: { dev: key } } };
  const options = readOptions({ stages, services });
  const names = namesOf(service, 'dev', options, `services/${service}`);
  return policySubject(names, options.stages.get('dev') ?? {}, { region, accountId: account });
};
const policyOf = (kind: (typeof policyKinds)[number]) => [namedPolicy(kind, subjectOf()).document];

/** What the platform team sets on its key: what `policy --for=key` prints, as it is. */
const ownerSetsPolicy = async () => {
  const kms = new KMSClient({ endpoint: workspace.aws().endpoint });
  await kms.send(new PutKeyPolicyCommand({ KeyId: arn, Policy: JSON.stringify(keyPolicy(subjectOf())) }));
  kms.destroy();
};

test('the printed policies are enough: the developer sets, the pipeline pushes, the service reads', async () => {
  await ownerSetsPolicy();
  const aws = workspace.aws();
  const as = <T>(kinds: Parameters<typeof policyOf>[0][], step: () => Promise<T>) =>
    asActor(aws, kinds.flatMap(policyOf), step);
  aws.resetCalls();
  await as(['developer'], async () => {
    await workspace.init({ directory: user, stages: 'dev', keys: false });
    await workspace.set(user, 'dev', 'A', 'one');
  });
  await workspace.commit();
  expect(problems(await as(['provision'], () => workspace.provision([user])))).toEqual([]);
  const synced = await as(['sync'], () => workspace.sync([user]));
  expect([problems(synced), outcomes(synced), synced.notes]).toEqual([[], ['user-service dev created'], []]);
  const [provisioned] = (await as(['provision'], () => workspace.provision([user]))).entries;
  expect(provisioned?.outcome).toMatchObject({
    kind: 'repaired',
    note: expect.stringContaining('policy of /services'),
  });
  await as(['runtime'], async () => {
    expect(await workspace.valueOf('/services/user-service/dev')).toBe('{"A":"one"}');
  });
  await as(['rotate'], () => workspace.rotate({ directory: user, stage: 'dev', dataKey: true }));
  expect(workspace.keyChanges()).toEqual([]);
});

test('no policy lets anybody change the key, or go beyond it', () => {
  for (const kind of policyKinds.filter((one) => one !== 'key' && one !== 'secret' && one !== 'audit'))
    for (const { Action, Resource, Effect } of namedPolicy(kind, subjectOf()).document.Statement) {
      const ofKms = Effect === 'Allow' ? Action.filter((one) => one.startsWith('kms:')) : [];
      const uses = /^kms:(Decrypt|Encrypt|GenerateDataKey|DescribeKey)$/;
      expect([kind, ofKms.filter((one) => !uses.test(one))]).toEqual([kind, []]);
      if (ofKms.length > 0) expect([kind, Resource]).toEqual([kind, [arn]]);
    }
});

test('a role of several services reaches the keys of these, and no other', () => {
  const other = arn.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
  const [policy] = plannedPolicies(['sync'], [subjectOf(), subjectOf(other, 'payment-service')]);
  const keys = policy?.document.Statement.filter(({ Action }) =>
    Action.some((one) => one.startsWith('kms:')),
  );
  expect(new Set(keys?.flatMap(({ Resource }) => Resource))).toEqual(new Set([arn, other]));
});

test("nx.json's administrators do not lock out whoever makes the key", () => {
  const subject = subjectOf();
  const administrators = ['arn:aws:iam::123456789012:role/ours'];
  const policy = keyPolicy({ ...subject, principals: { ...subject.principals!, administrators } });
  expect(policy.Statement.find(({ Sid }) => Sid === 'AdministerKey')).toMatchObject({
    Principal: { AWS: [`arn:aws:iam::${account}:root`] },
  });
  expect(JSON.stringify(policy)).not.toContain('role/ours');
});

test('its policy is a resource of its own for Terraform, and none that a stack could set', async () => {
  await workspace.init({ directory: user, stages: 'dev', keys: false });
  const print = (format: 'terraform' | 'cdk' | 'cloudformation', output: string) =>
    workspace.generate((tree) => policy(tree, { directory: user, for: 'key', stage: 'dev', format, output }));
  const notes = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  await print('terraform', 'key.tf');
  expect(notes.mock.calls.join('')).toContain(`is for whoever makes ${arn}: nx-secrets does not set it`);
  notes.mockRestore();
  const terraform = workspace.read(`${user}/key.tf`);
  expect(terraform).toContain('resource "aws_kms_key_policy"');
  expect(terraform).toContain(`"${arn}"`);
  expect(terraform).not.toMatch(/"aws_kms_(key|alias|replica_key)"/);
  for (const format of ['cdk', 'cloudformation'] as const)
    await expect(print(format, 'key.out')).rejects.toMatchObject({ problem: { code: 'keyNotOurs' } });
});
