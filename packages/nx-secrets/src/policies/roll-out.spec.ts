import { withRollOut } from './roll-out';
import { role, subjectOf } from './subject.test-kit';

const problem = {
  code: 'accessDenied',
  what: 'AWS refuses it',
  denied: 'secretsmanager:PutSecretValue',
  grantable: 'identity',
  fix: 'Allow it.',
} as const;
const { names } = subjectOf();

test.each([
  [
    'a role of all services',
    { roleArn: role('pipeline') },
    /workspace root.*\nnpx nx g \S+:policy --for=sync --stage=dev$/,
  ],
  [
    'a role for each service',
    { roleArn: role('{service}') },
    /--for=sync --stage=dev --project=services\/user-service$/,
  ],
  [
    'a role of its own for the task',
    { roleArn: role('{service}'), roles: { sync: role('pipeline') } },
    /workspace root.*\nnpx nx g \S+:policy --for=sync --stage=dev$/,
  ],
  ['whoever runs it', {}, /--for=sync --stage=dev --project=services\/user-service$/],
])('the policy of %s is written again for whom it is of', (_, stage, fix) => {
  expect(withRollOut(problem, 'sync', { names, stage }).fix).toMatch(fix);
});
