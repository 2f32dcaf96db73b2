import { awsProblem } from './aws-problem';
import { parseRefusal } from './refusal';

const who = 'arn:aws:sts::444455556666:assumed-role/sync/nx-secrets-sync-1';
const on = 'arn:aws:secretsmanager:eu-west-1:444455556666:secret:/services/user-service/prod-AbCdEf';
const action = 'secretsmanager:DescribeSecret';
const begin = `User: ${who} is not authorized to perform: ${action} on resource: ${on}`;
const organizationPolicy =
  'arn:aws:organizations::111122223333:policy/o-exampleorg/service_control_policy/p-examplepolicy';

const refuse = (message: string, more: object = {}, call: object = {}) =>
  awsProblem(Object.assign(new Error(message), { name: 'AccessDeniedException', ...more }), {
    action,
    resource: '/services/user-service/prod',
    region: 'eu-west-1',
    ...call,
  });

test.each<[message: string, why: string, fix: string, grantable: string | undefined]>([
  [
    `${begin} because no identity-based policy allows the ${action} action`,
    'no identity-based policy allows it',
    `Grant ${action} on /services/user-service/prod to ${who}.`,
    'identity',
  ],
  [
    `${begin} because no resource-based policy allows the ${action} action`,
    'no resource-based policy allows it',
    `Let the policy of /services/user-service/prod allow ${action} to ${who}.`,
    'resource',
  ],
  [
    `${begin} because no session policy allows the ${action} action`,
    'no session policy allows it',
    'session policy',
    'other',
  ],
  [
    `${begin} because no permissions boundary allows the ${action} action`,
    'no permissions boundary allows it',
    `permissions boundary of ${who}`,
    'other',
  ],
  [
    `${begin} because no service control policy allows the ${action} action`,
    'no service control policy allows it',
    'administers the AWS organization',
    'other',
  ],
  [
    `${begin} because no VPC endpoint policy allows the ${action} action`,
    'no VPC endpoint policy allows it',
    'VPC endpoint',
    'other',
  ],
  [
    `${begin} with an explicit deny in an identity-based policy`,
    'an identity-based policy denies it explicitly',
    `An explicit deny outweighs every allow, so granting it has no effect. Change the statement that denies it in the IAM policies of ${who}.`,
    undefined,
  ],
  [
    `${begin} with an explicit deny in an identity-based policy: arn:aws:iam::444455556666:policy/no-secrets`,
    'an identity-based policy denies it explicitly (arn:aws:iam::444455556666:policy/no-secrets)',
    'explicit deny',
    undefined,
  ],
  [
    `${begin} with an explicit deny in a resource-based policy`,
    'a resource-based policy denies it explicitly',
    'the policy of /services/user-service/prod',
    undefined,
  ],
  [
    `${begin} with an explicit deny in a service control policy: ${organizationPolicy}`,
    `a service control policy denies it explicitly (${organizationPolicy})`,
    'administers the AWS organization',
    undefined,
  ],
  [
    `${begin} with an explicit deny in a resource control policy`,
    'a resource control policy denies it explicitly',
    'resource control policy',
    undefined,
  ],
  [
    `${begin} with an explicit deny in a permissions boundary`,
    'a permissions boundary denies it explicitly',
    'permissions boundary',
    undefined,
  ],
  [
    `${begin} with an explicit deny in a VPC endpoint policy`,
    'a VPC endpoint policy denies it explicitly',
    'VPC endpoint',
    undefined,
  ],
  [`${begin} with an explicit deny`, 'a policy denies it explicitly', 'explicit deny outweighs', undefined],
])('%s', (message, why, fix, grantable) => {
  const problem = refuse(message);
  expect(problem.what).toBe(`AWS refuses ${action} to ${who}: ${why}`);
  expect(problem.where).toBe(`${action}, /services/user-service/prod, eu-west-1`);
  expect(problem.fix).toContain(fix);
  expect(problem.denied).toBe(action);
  expect(problem.grantable).toBe(grantable);
});

test('a refusal without a reason is quoted, and says how to find out who is refused', () => {
  const problem = refuse(
    'The ciphertext refers to a key that does not exist, or you are not allowed to access.',
  );
  expect(problem.what).toMatch(
    /^AWS refuses secretsmanager:DescribeSecret \(AccessDeniedException: The ciphertext/,
  );
  expect(problem.fix).toMatch(/to the identity in use\. Who that is:\naws sts get-caller-identity$/);
  expect(problem.grantable).toBe('any');
});

test('another action than the one that was called is the one that is refused', () => {
  const problem = refuse(
    `User: ${who} is not authorized to perform: kms:TagResource because no identity-based policy allows the kms:TagResource action`,
    {},
    { action: 'kms:CreateKey', resource: 'alias/a' },
  );
  expect(problem.denied).toBe('kms:TagResource');
  expect(problem.where).toContain('kms:CreateKey, alias/a, eu-west-1, for kms:TagResource');
});

test('of a call that carries a value nothing of the text is shown, and the refused identity anyway', () => {
  const canary = 'arn:aws:iam::444455556666:user/canary';
  const problem = refuse(
    `User: ${canary} is not authorized to perform: kms:Canary with an explicit deny in an identity-based policy: ${canary}`,
    { refusedIdentity: who },
    { containsSecret: true },
  );
  expect(JSON.stringify(problem)).not.toMatch(/canary/i);
  expect(problem.what).toBe(`AWS refuses ${action} to ${who}: an identity-based policy denies it explicitly`);
});

test('what does not have the form of an ARN or action is not taken out of a message', () => {
  expect(parseRefusal('User: somebody is not authorized to perform: everything')).toEqual({});
  expect(parseRefusal('User: arn:aws:iam::1:user/a is not authorized to perform: s3:Get')).toEqual({});
});
