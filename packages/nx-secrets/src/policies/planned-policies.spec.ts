import { toProblem } from '../problem';
import { namedPolicy, type NamedPolicy, type PolicyKind } from './named-policy';
import { plannedPolicies } from './planned-policies';
import { quotas, sizeOf } from './quotas';
import { sizeReport } from './size-report';
import { role, subjectOf } from './subject.test-kit';
import type { PolicySubject } from './subject';

type StageOptions = Parameters<typeof subjectOf>[0];
/** Stages of services named alike, with these options in each stage. */
const shop = (count: number, options: StageOptions, name = 'service'): readonly PolicySubject[] =>
  Array.from({ length: count }, (_, index) => `${name}-${String(index + 1).padStart(3, '0')}`).flatMap(
    (service) => ['dev', 'prod'].map((stage) => subjectOf(options, { service, stage })),
  );
const shared = {
  roleArn: role('{stage}-pipeline'),
  principals: { encrypt: role('team'), decrypt: role('lead'), runtime: role('{service}-{stage}') },
};
const namesOf = (policies: readonly NamedPolicy[]) => policies.map(({ name }) => name);
const attachedTo = (policies: readonly NamedPolicy[], arn: string) =>
  policies.filter(({ holders }) => holders.includes(arn));

test('a role of six services has one policy for each kind and stage', () => {
  const planned = plannedPolicies(['sync', 'developer'], shop(6, shared));
  expect(namesOf(planned)).toEqual(['dev-sync', 'dev-developer', 'prod-sync', 'prod-developer']);
  expect(namesOf(attachedTo(planned, role('prod-pipeline')))).toEqual(['prod-sync']);
  expect(planned[1]?.holders).toEqual([role('team'), role('lead')]);
});

test('a role of its own for each service has the policy of that service', () => {
  const own = { ...shared, roleArn: role('{service}-{stage}-pipeline') };
  const planned = plannedPolicies(['sync', 'provision', 'runtime'], shop(2, own));
  expect(namesOf(attachedTo(planned, role('service-002-prod-pipeline')))).toEqual([
    'service-002-prod-sync',
    'service-002-prod-provision',
  ]);
  expect(namesOf(attachedTo(planned, role('service-001-dev')))).toEqual(['service-001-dev-runtime']);
});

test('somebody who works on one service, and somebody who works on all', () => {
  const principals = { encrypt: [role('{service}-team'), role('everybody')], decrypt: role('lead') };
  const planned = plannedPolicies(['developer'], shop(2, { principals }));
  expect(planned.map(({ name, holders }) => [name, holders]).slice(0, 3)).toEqual([
    ['service-001-dev-developer', [role('service-001-team')]],
    ['dev-developer', [role('everybody'), role('lead')]],
    ['service-002-dev-developer', [role('service-002-team')]],
  ]);
});

test('where nx.json names no role, a pipeline is taken to be of all services, and a runtime of one', () => {
  const planned = plannedPolicies(['sync', 'runtime'], shop(2, {}));
  expect(namesOf(planned)).toEqual([
    'dev-sync',
    'service-001-dev-runtime',
    'service-002-dev-runtime',
    'prod-sync',
    'service-001-prod-runtime',
    'service-002-prod-runtime',
  ]);
});

const iamKinds = ['sync', 'developer', 'provision', 'audit', 'rotate', 'prune'] as const;

describe.each<[string, StageOptions]>([
  ['in one region', shared],
  ['with a replica', { ...shared, replicaRegions: ['eu-central-1'] }],
])('200 services %s', (_, options) => {
  const planned = plannedPolicies([...iamKinds, 'runtime', 'key', 'secret'], shop(200, options));

  test('no policy is larger than AWS allows', () => {
    const limits: Partial<Record<string, number>> = {
      key: quotas.keyPolicy,
      secret: quotas.secretPolicy,
    };
    const over = planned.filter(
      ({ kind, document }) => sizeOf(document) > (limits[kind] ?? quotas.managedPolicy),
    );
    expect(namesOf(over)).toEqual([]);
  });

  test.each(iamKinds)('%s: a role of a stage has no more policies than IAM attaches', (kind) => {
    const ofStage = planned.filter((one) => one.kind === kind && one.subject.names.stage === 'prod');
    // Rotation takes most: with as many services IAM has to be asked for more than ten, and the report says so.
    const most = kind === 'rotate' ? quotas.mostAttached : quotas.attached;
    expect(ofStage.length).toBeLessThanOrEqual(most);
    const isOver = ofStage.length > quotas.attached;
    expect(sizeReport(ofStage).includes('Request the quota "Managed policies per role"')).toBe(isOver);
  });
});

/** Every name and ARN that a document speaks of, by action: what merging must keep. */
const saysOf = (documents: readonly NamedPolicy[]): readonly string[] => {
  const said = documents.flatMap(({ document }) =>
    document.Statement.flatMap(({ Action, Resource, Condition = {} }) => {
      const values = Object.values(Condition).flatMap((keys) =>
        Object.entries(keys).flatMap(([key, list]) => list.map((value) => `${key}=${value}`)),
      );
      return Action.flatMap((action) => [...Resource, ...values].map((value) => `${action} ${value}`));
    }),
  );
  return [...new Set(said)].sort();
};

test.each(iamKinds)('%s: a policy of several services speaks of what those of each speak of', (kind) => {
  const subjects = shop(4, shared).filter(({ names }) => names.stage === 'prod');
  const single = subjects.map((subject) => namedPolicy(kind, subject));
  expect(saysOf(plannedPolicies([kind], subjects))).toEqual(saysOf(single));
});

test('what is denied, or is not a list of names, is never put together', () => {
  const planned = plannedPolicies(['provision'], shop(3, shared));
  const [{ document } = { document: { Statement: [] } }] = planned;
  for (const { Condition = {} } of document.Statement) {
    for (const operator of ['Null', 'Bool', 'NumericEquals']) {
      for (const values of Object.values(Condition[operator] ?? {})) expect(values).toHaveLength(1);
    }
  }
});

test('a key has its policy in each of its regions', () => {
  const planned = plannedPolicies(
    ['key', 'secret'],
    [subjectOf({ ...shared, replicaRegions: ['eu-central-1'] })],
  );
  expect(planned.map(({ kind, region }) => [kind, region])).toEqual([
    ['key', 'eu-west-1'],
    ['key', 'eu-central-1'],
    ['secret', 'eu-west-1'],
  ]);
  expect(planned[0]?.document).toEqual(planned[1]?.document);
});

describe('the report of sizes', () => {
  const report = (subjects: readonly PolicySubject[], ...kinds: PolicyKind[]) =>
    sizeReport(plannedPolicies(kinds, subjects));

  test('has each policy by role', () => {
    expect(report(shop(2, shared), 'sync', 'runtime')).toMatch(
      /role\/dev-pipeline: 1\n {2}dev-sync: 1,\d{3} of 6,144\n.*role\/service-001-dev: 1\n/,
    );
  });

  test('names the ways out where a role has more than ten', () => {
    const text = report(
      shop(400, shared).filter(({ names }) => names.stage === 'prod'),
      'sync',
    );
    expect(text).toContain('Request the quota "Managed policies per role" (up to 20)');
    expect(text).toContain('{service} in "roleArn"');
  });

  test('twelve small ones fit as inline policies', () => {
    const stages = Array.from({ length: 12 }, (_, index) => `stage${index}`);
    const subjects = stages.map((stage) => subjectOf({ ...shared, roleArn: role('pipeline') }, { stage }));
    expect(report(subjects, 'developer')).toContain(
      'as inline policies of the role they fit, too (10,240 together)',
    );
  });

  test('refuses more than IAM ever attaches', () => {
    const subjects = shop(1000, shared).filter(({ names }) => names.stage === 'prod');
    try {
      report(subjects, 'sync');
      throw new Error('was accepted');
    } catch (error) {
      const { code, fix } = toProblem(error);
      expect(code).toBe('tooManyPolicies');
      expect(fix).toContain('role/{service}-prod-pipeline');
    }
  });

  test('refuses a policy that is too large by itself', () => {
    const encrypt = Array.from({ length: 600 }, (_, index) => role(`somebody-with-a-name-${index}`));
    try {
      report([subjectOf({ principals: { encrypt } })], 'key');
      throw new Error('was accepted');
    } catch (error) {
      expect(toProblem(error)).toMatchObject({
        code: 'policyTooLarge',
        fix: expect.stringContaining('wildcards') as string,
      });
    }
  });
});
