import { isLike } from '../../aws/arn';
import type { PolicyDocument } from '../../policies/document';
import { secretPolicy } from '../../policies/secret-policy';
import { subjectOf } from '../../policies/subject.test-kit';
import { lockout } from './lockout';
import { mergedPolicy } from './merge';
import { desiredKey } from '../desired-key.test-kit';

const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
const principals = {
  sync: [role('sync')],
  encrypt: [],
  decrypt: [],
  runtime: ['arn:aws:iam::444455556666:role/services/*'],
  rotate: [],
  prune: [],
};
const desired = secretPolicy(subjectOf({ principals }));
const foreign = (Effect: string, Principal: unknown, more: object = {}) => ({
  Effect,
  Principal,
  Action: 'secretsmanager:GetSecretValue',
  Resource: '*',
  ...more,
});
const merge = (...others: readonly object[]) =>
  mergedPolicy(
    JSON.stringify({ Version: '2012-10-17', Statement: [...desired.Statement, ...others] }),
    desired,
  );
const kinds = (policy: { readonly changes: readonly { readonly kind: string }[] }) =>
  policy.changes.map(({ kind }) => kind);

test('what is missing comes; what is there as it should be stays', () => {
  expect(kinds(mergedPolicy(undefined, desired))).toEqual(['added', 'added']);
  expect(merge()).toMatchObject({ changes: [], kept: [] });
});

test.each([
  ['a Deny', foreign('Deny', '*', { Sid: 'Company' })],
  ['a Deny without a name', foreign('Deny', { AWS: '111122223333' })],
  ['an Allow for a principal of nx.json', foreign('Allow', { AWS: role('sync') })],
  [
    'an Allow for several',
    foreign('Allow', { AWS: [role('sync'), 'arn:aws:iam::444455556666:role/services/people'] }),
  ],
])('of others, %s stays and is reported', (_, statement) => {
  const { changes, kept, text } = merge(statement);
  expect(changes).toEqual([]);
  expect(kept).toEqual([JSON.stringify(statement)]);
  expect((JSON.parse(text) as PolicyDocument).Statement).toContainEqual(statement);
});

test.each([
  ['an Allow for somebody else', foreign('Allow', { AWS: role('stranger') })],
  [
    'an Allow for one of nx.json and somebody else',
    foreign('Allow', { AWS: [role('sync'), role('stranger')] }),
  ],
  ['an Allow for everybody', foreign('Allow', '*')],
  ['an Allow for everybody, in a list', foreign('Allow', { AWS: ['*'] })],
  [
    'an Allow for whom a pattern means',
    foreign('Allow', { AWS: 'arn:aws:iam::444455556666:role/services/*x*' }),
  ],
  ['an Allow for an account', foreign('Allow', { AWS: 'arn:aws:iam::111122223333:root' })],
  ['an Allow for a service of AWS', foreign('Allow', { Service: 'rds.amazonaws.com' })],
  ['an Allow for all but one', { ...foreign('Allow', undefined), NotPrincipal: { AWS: role('sync') } }],
  ['an Allow for nobody', foreign('Allow', { AWS: [] })],
])('%s goes and is reported', (_, statement) => {
  const { changes, kept, text } = merge(statement);
  expect(changes).toEqual([{ kind: 'removed', before: JSON.stringify(statement) }]);
  expect(kept).toEqual([]);
  expect((JSON.parse(text) as PolicyDocument).Statement).toEqual(desired.Statement);
});

test('a statement with the name of one of ours is replaced, whatever it says', () => {
  const weaker = { ...desired.Statement[0], Action: ['secretsmanager:DescribeSecret'] };
  const policy = { Version: '2012-10-17', Statement: [weaker, ...desired.Statement.slice(1)] };
  expect(kinds(mergedPolicy(JSON.stringify(policy), desired))).toEqual(['changed']);
});

test.each(['not JSON', 'null', '[]', '{"Statement": 5}'])('%s is replaced', (text) => {
  const { text: merged } = mergedPolicy(text, desired);
  expect(JSON.parse(merged)).toEqual(desired);
});

test('an ARN is like a pattern, and nothing else is', () => {
  expect(isLike(role('a.b'), role('a.b'))).toBe(true);
  expect(isLike(role('axb'), role('a.b'))).toBe(false);
  expect(isLike(role('a-1'), role('a-?'))).toBe(true);
  expect(isLike(role('a-*'), role('a-?'))).toBe(false);
});

describe('whoever sets the policy can set it again', () => {
  const administrators = [role('admin'), role('aws-reserved/sso/Platform_*')];
  const strict = secretPolicy(
    subjectOf({ principals: { ...principals, administrators }, roles: { provision: role('keys') } }),
  );
  const session = (name: string) => `arn:aws:sts::111122223333:assumed-role/${name}/nx-secrets-provision`;
  test.each([
    ['the provisioning role', session('keys')],
    ['an administrator', session('admin')],
    ['an administrator whose role has a path', session('Platform_1')],
    ['the account', 'arn:aws:iam::111122223333:root'],
  ])('%s', (_, caller) => expect(lockout(desiredKey(), strict, caller)).toBeUndefined());
  test.each([
    ['somebody else', session('other')],
    ['somebody of another account', 'arn:aws:sts::444455556666:assumed-role/keys/s'],
    ['nobody knows who', undefined],
  ])('not %s', (_, caller) => expect(lockout(desiredKey(), strict, caller)?.code).toBe('policyLockout'));
  test('where the stage has no administrators, whom IAM lets', () =>
    expect(lockout(desiredKey(), desired, session('other'))).toBeUndefined());
});
