import { isFailed } from '../../report/report';
import { renderReport } from '../../report/text';
import { outcomes, problems } from '../../workspace/aws-workspace.test-kit';
import { useManyServices } from './many-services.test-kit';

const count = 40;
const workspace = useManyServices(count);
const expired = { error: 'ExpiredTokenException', message: 'The security token included is expired' };

test.each([
  ['while secrets are looked at', 'secretsmanager:DescribeSecret'],
  ['while files are opened', 'kms:Decrypt'],
  ['while secrets are made', 'secretsmanager:CreateSecret'],
])('credentials that expire %s: what is done is told, the rest says to sign in; the next run ends it', async (_, operation) => {
  workspace.aws().injectFault({ operation, kind: expired, skip: 10, count: 10_000 });
  const report = await workspace.sync();
  const failed = report.entries.filter(({ outcome }) => isFailed(outcome));
  expect(failed.length).toBeGreaterThan(0);
  for (const problem of problems(report)) {
    expect(problem.what).toMatch(/credentials are missing, expired or not valid \(ExpiredTokenException/);
    expect(problem.fix).toContain('aws sso login');
  }
  console.log(failed.length, workspace.aws().calls(), renderReport(report).slice(-3000));
  workspace.aws().clearFaults();
  const again = await workspace.sync();
  expect(outcomes(again).filter((text) => text.endsWith(' created'))).toHaveLength(failed.length);
  expect(outcomes(again).filter((text) => text.endsWith(' unchanged'))).toHaveLength(count - failed.length);
});
