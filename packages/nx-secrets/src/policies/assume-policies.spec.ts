import { assumePolicies } from './assume-policies';
import { namedRoles } from './named-role';
import { quotas, sizeOf } from './quotas';
import { account, role, subjectOf } from './subject.test-kit';

const center = `arn:aws:iam::${account}:role/aws-reserved/sso.amazonaws.com/*`;
const developers = `${center}/AWSReservedSSO_Developer_*`;
const subjects = (trust: object, services: readonly string[] = ['user-service']) =>
  services.flatMap((service) =>
    ['dev', 'prod'].map((stage) =>
      subjectOf(
        {
          roles: { sync: role('sync'), prune: role('prune') },
          principals: { encrypt: role('{service}-developer-{stage}'), decrypt: role('lead') },
          trust,
        },
        { service, stage },
      ),
    ),
  );
const policiesOf = (trust: object, services?: readonly string[]) =>
  assumePolicies(namedRoles(subjects(trust, services)));

test('a permission set gets one policy, by its name, for all roles of all stages', () => {
  const policies = policiesOf({ encrypt: developers, prune: developers });
  expect(policies.map(({ name, holders }) => [name, holders])).toEqual([['Developer-assume', [developers]]]);
  expect(policies[0]?.document.Statement).toEqual([
    {
      Sid: 'AssumeRoles',
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      Resource: [role('prune'), role('user-service-developer-dev'), role('user-service-developer-prod')],
    },
  ]);
});

test.each([
  [`${center}/AWSReservedSSO_Platform_Admins_*`, 'Platform_Admins-assume'],
  [`${center}/AWSReservedSSO_*_0123456789abcdef`, 'identities-assume'],
  [role('teams/*-ops'), 'ops-assume'],
  [role('team-?'), 'team-assume'],
])('%s has the policy %s', (pattern, name) => {
  expect(policiesOf({ sync: pattern }).map((one) => one.name)).toEqual([name]);
});

test('different identities of one name have policies of their own', () => {
  const names = policiesOf({ sync: role('a/ops*'), prune: role('b/ops*') }).map(({ name }) => name);
  expect(names).toEqual(['ops-assume', 'ops-assume-2']);
});

test('whoever the trust policy names exactly needs none in the same account, and one in another', () => {
  const elsewhere = 'arn:aws:iam::999988887777:role/build';
  const policies = policiesOf({ sync: [role('platform'), elsewhere], prune: 'lambda', encrypt: 'ecs' });
  expect(policies.map(({ name, subject }) => [name, subject.accountId])).toEqual([
    ['build-assume', '999988887777'],
  ]);
});

test('many services: as few policies as IAM takes, all of them within its size', () => {
  const services = Array.from({ length: 200 }, (_, index) => `service-number-${index}`);
  const policies = policiesOf({ encrypt: developers }, services);
  expect(policies.length).toBeLessThanOrEqual(quotas.attached);
  expect(policies.every(({ document }) => sizeOf(document) <= quotas.managedPolicy)).toBe(true);
  expect(policies[0]?.name).toBe('Developer-assume-1');
  const resources = policies.flatMap(({ document }) =>
    document.Statement.flatMap(({ Resource }) => Resource),
  );
  expect(new Set(resources).size).toBe(400);
});

test('a role that reads, too, is not assumed by those who may only encrypt', () => {
  const trustOf = (trust: object) =>
    namedRoles([
      subjectOf({
        principals: { encrypt: [role('developer'), role('lead')], decrypt: role('lead') },
        trust,
      }),
    ]).map(({ name, trust: { Statement } }) => [name, JSON.stringify(Statement).includes('junior')]);
  expect(trustOf({ encrypt: role('junior'), decrypt: role('senior') })).toEqual([
    ['developer', true],
    ['lead', false],
  ]);
  expect(trustOf({ encrypt: role('junior') })).toEqual([
    ['developer', true],
    ['lead', true],
  ]);
});
