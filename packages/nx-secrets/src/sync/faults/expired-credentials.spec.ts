import { renderReport } from '../../output/text';
import { outcomes, problems } from '../../testing/aws-workspace.test-kit';
import { useManyServices } from './many-services.test-kit';

const count = 40;
const workspace = useManyServices(count);
const expired = { error: 'ExpiredTokenException', message: 'The security token included is expired' };

test.each([
  ['while secrets are looked at', 'secretsmanager:DescribeSecret', /what: {2}AWS credentials are missing/g],
  ['while files are opened', 'kms:Decrypt', undefined],
  ['while secrets are made', 'secretsmanager:CreateSecret', /what: {2}AWS credentials are missing/g],
])(
  'credentials that expire %s: the rest says to sign in, and the next run ends it',
  async (_, operation, toldOnce) => {
    workspace.aws().injectFault({ operation, kind: expired, skip: 10, count: 10_000 });
    const report = await workspace.sync();
    const found = problems(report);
    expect(found.length).toBeGreaterThanOrEqual(30);
    for (const { what, fix } of found) {
      expect(what).toContain('ExpiredTokenException');
      expect(fix).toMatch(/sign in/i);
    }
    if (toldOnce) expect(renderReport(report).match(toldOnce)).toHaveLength(1);

    workspace.aws().clearFaults();
    const again = outcomes(await workspace.sync());
    outcomes(report).forEach((line, index) => {
      const service = workspace.services[index] ?? '';
      const expected = line.endsWith('failed') ? [`${service} dev created`] : [];
      expect([...expected, `${service} dev unchanged`]).toContain(again[index]);
    });
    for (const service of workspace.services)
      expect((await workspace.versionsOf(`/services/${service}/dev`)).size).toBe(1);
  },
);
