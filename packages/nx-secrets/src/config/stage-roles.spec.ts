import { toProblem } from '../problem';
import { readOptions } from './options';
import { pruneRole, roleFor, roleOption, tasks } from './stage-roles';

const role = (name: string, account = '444455556666') => `arn:aws:iam::${account}:role/${name}`;
const read = (stage: object) => readOptions({ stages: { prod: stage } }).stages.get('prod')!;
const names = { service: 'user-service', stage: 'prod' };

test.each<[string, object, Record<(typeof tasks)[number], string | undefined>]>([
  ['none', {}, { sync: undefined, provision: undefined, rotate: undefined, prune: undefined }],
  [
    'one for all',
    { roleArn: role('all') },
    { sync: role('all'), provision: role('all'), rotate: role('all'), prune: role('all') },
  ],
  [
    'some of their own',
    { roleArn: role('all'), roles: { provision: role('p'), rotate: role('r') } },
    { sync: role('all'), provision: role('p'), rotate: role('r'), prune: role('all') },
  ],
  [
    'without a default',
    { roles: { sync: role('ci/{service}-{stage}'), prune: role('prune-{stage}') } },
    {
      sync: role('ci/user-service-prod'),
      provision: undefined,
      rotate: undefined,
      prune: role('prune-prod'),
    },
  ],
])('who does what: %s', (_, stage, expected) => {
  const options = read(stage);
  expect(Object.fromEntries(tasks.map((task) => [task, roleFor(options, task, names)]))).toEqual(expected);
});

test('the account of a stage is that of its roles where nothing else says it', () => {
  expect(read({ roles: { sync: role('s') } }).accountId).toBe('444455556666');
  expect(read({ roleArn: role('s'), accountId: '444455556666' }).accountId).toBe('444455556666');
  expect(read({ region: 'eu-west-1' }).accountId).toBeUndefined();
});

test('who syncs by the roles is the principal who does', () => {
  const principals = (stage: object) => read({ ...stage, principals: {} }).principals?.sync;
  expect(principals({ roleArn: role('a') })).toEqual([role('a')]);
  expect(principals({ roleArn: role('a'), roles: { sync: role('s') } })).toEqual([role('s')]);
  expect(principals({ roles: { prune: role('p') } })).toEqual([]);
});

test('the role that prunes is for all services; the option that names a role is known', () => {
  expect(pruneRole({ roleArn: role('{service}-{stage}') }, 'prod')).toBe(role('{service}-prod'));
  expect(roleOption({ roles: { sync: role('s') } }, 'sync')).toBe('roles.sync');
  expect(roleOption({ roles: { sync: role('s') } }, 'prune')).toBe('roleArn');
});

const problemOf = (step: () => unknown) => {
  try {
    step();
  } catch (error) {
    return toProblem(error);
  }
  throw new Error('was accepted');
};

test.each<[string, object, string, string]>([
  ['a task with a typo', { roles: { snyc: role('x') } }, 'unknown option "snyc"', 'Did you mean "sync"?'],
  [
    'no task',
    { roles: { deploy: role('x') } },
    'unknown option "deploy"',
    'Valid: sync, provision, rotate, prune.',
  ],
  ['a list', { roles: [role('x')] }, 'the options is not an object', 'Write'],
  ['a number', { roles: { sync: 5 } }, 'sync is not a value of type string', 'Write sync'],
  ['a user', { roleArn: 'arn:aws:iam::444455556666:user/x' }, 'is not the ARN of an IAM role', 'role/name'],
  ['a name alone', { roles: { sync: 'secrets-sync' } }, 'roles.sync "secrets-sync" is not', 'role/name'],
  ['a wildcard', { roles: { sync: role('sync-*') } }, 'is not the ARN of an IAM role', 'role/name'],
  ['no name', { roleArn: role('ci/') }, 'is not the ARN of an IAM role', 'role/name'],
  ['a line break', { roleArn: role('x\n') }, 'is not the ARN of an IAM role', 'role/name'],
  ['another placeholder', { roles: { sync: role('{team}') } }, 'unknown placeholder {team}', '{service}'],
  [
    "another account than the stage's",
    { accountId: '111122223333', roles: { rotate: role('r') } },
    'roles.rotate is in account 444455556666, but the stage is in account 111122223333',
    "stage's account",
  ],
  [
    'two accounts',
    { roleArn: role('a'), roles: { sync: role('s', '111122223333') } },
    "roles.sync is in account 111122223333, but the stage's other roles are in account 444455556666",
    "stage's account",
  ],
  [
    'another partition',
    { region: 'cn-north-1', roleArn: role('a') },
    "roleArn is in the partition aws, but the stage's region, cn-north-1, is in aws-cn",
    'arn:aws-cn:iam::',
  ],
  [
    'a role for each service that prunes',
    { roles: { prune: role('{service}') } },
    'all services at once',
    '"prune"',
  ],
])('refuses %s', (_, stage, what, fix) => {
  const problem = problemOf(() => read(stage));
  expect(problem.what).toContain(what);
  expect(problem.where).toContain('stages.prod');
  expect(problem.fix).toContain(fix);
});

test.each([
  ['too long', 'x'.repeat(60)],
  ['a character that IAM refuses', 'a/b c'],
])('refuses the role of a service whose name is %s', (_, service) => {
  const { what } = problemOf(() =>
    roleFor({ roleArn: role('{service}-sync') }, 'sync', { service, stage: 'prod' }),
  );
  expect(what).toContain('a name that IAM does not take');
});
