import { outcomes, problems, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { standBefore, type ProxyAnswer } from '../testing/aws-proxy.test-kit';

const workspace = useAwsWorkspace();
const user = 'services/user-service';
const secret = '/services/user-service/dev';

const html = '<html><body>Please sign in to the airport</body></html>';
const described = (fields: object) => (answer: ProxyAnswer) => ({
  ...answer,
  body: JSON.stringify({ ...(JSON.parse(answer.body) as object), ...fields }),
});
const always = (status: number, body: string) => () => ({ status, body });

/** Syncs with answers to one operation exchanged, and then again without. */
async function syncThrough(
  operation: string,
  exchange: (answer: ProxyAnswer) => ProxyAnswer,
  effect = false,
) {
  const proxy = standBefore(workspace.aws().endpoint, async (asked, forward) => {
    if (asked !== `secretsmanager.${operation}`) return forward();
    // Whoever answers instead does not forward; a damaged answer comes after the effect.
    return exchange(effect ? await forward() : { status: 200, body: '{}' });
  });
  process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'] = proxy.endpoint;
  try {
    return await workspace.sync([user]);
  } finally {
    delete process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'];
    proxy.stop();
  }
}

workspace.prepare(async () => {
  await workspace.init({ directory: user, stages: 'dev' });
  await workspace.set(user, 'dev', 'DATABASE_URL', 'postgres://canary');
  await workspace.commit();
});

const readings: readonly [string, (answer: ProxyAnswer) => ProxyAnswer, RegExp][] = [
  ['an HTML page', always(200, html), /does not come from AWS \(SyntaxError/],
  ['an HTML page with status 403', always(403, html), /does not come from AWS \(SyntaxError/],
  ['nothing', always(200, ''), /does not come from AWS \(it names another secret or none/],
  ['an empty object', always(200, '{}'), /does not come from AWS \(it names another secret or none/],
  ['a list', always(200, '[]'), /does not come from AWS/],
  ['null', always(200, 'null'), /does not come from AWS/],
  ['half an answer', always(200, '{"ARN": "arn:aws:secretsm'), /does not come from AWS \(SyntaxError/],
  ['another secret', described({ Name: '/services/payment-service/dev' }), /names another secret or none/],
  ['an ARN that is none', described({ ARN: 'x' }), /names another secret or none/],
  [
    "another account's ARN",
    described({ ARN: `arn:aws:secretsmanager:eu-west-1:999988887777:secret:${secret}-AbCdEf` }),
    /these credentials belong to account 999988887777/,
  ],
  ['labels that are none', described({ VersionIdsToStages: { a: 'AWSCURRENT' } }), /version labels/],
  ['a label that is null', described({ VersionIdsToStages: { a: null } }), /version labels/],
  ['labels by number', described({ VersionIdsToStages: 7 }), /version labels/],
  ['tags that are none', described({ Tags: 'x' }), /does not come from AWS \(TypeError/],
  ['no tags', described({ Tags: null }), /was not created by nx-secrets/],
];

test.each(readings)('DescribeSecret answers %s: nothing is written', async (_, exchange, says) => {
  await workspace.sync([user]);
  const versions = await workspace.versionsOf(secret);
  await workspace.set(user, 'dev', 'DATABASE_URL', 'postgres://new');
  await workspace.commit();
  const report = await syncThrough('DescribeSecret', exchange, true);
  expect(problems(report)[0]?.what).toMatch(says);
  expect(await workspace.valueOf(secret)).toBe('{"DATABASE_URL":"postgres://canary"}');
  expect(await workspace.versionsOf(secret)).toEqual(versions);
  expect(outcomes(await workspace.sync([user]))).toEqual(['user-service dev updated']);
});

test('DescribeSecret answers no versions where there are some: AWSCURRENT stays where it is', async () => {
  await workspace.sync([user]);
  await workspace.set(user, 'dev', 'DATABASE_URL', 'postgres://new');
  await workspace.commit();
  const report = await syncThrough('DescribeSecret', described({ VersionIdsToStages: null }), true);
  expect(outcomes(report)).toEqual(['user-service dev failed']);
  expect(await workspace.valueOf(secret)).toBe('{"DATABASE_URL":"postgres://canary"}');
  expect(outcomes(await workspace.sync([user]))).toEqual(['user-service dev promoted']);
});

describe.each([
  ['an HTML page', always(200, html)],
  ['an empty object', always(200, '{}')],
  ['another secret', always(200, '{"Name":"/services/payment-service/dev","ARN":"arn:aws:x"}')],
  ['an error that nobody knows', always(418, '{"__type":"TeapotException","Message":"canary"}')],
])('a write answered with %s', (_, exchange) => {
  test.each([false, true])(
    'is not a success; the next run ends it (it had its effect: %s)',
    async (effect) => {
      const failed = async (operation: string) => {
        const report = await syncThrough(operation, exchange, effect);
        expect(outcomes(report)).toEqual(['user-service dev failed']);
        expect(problems(report)[0]?.where).toContain(`secretsmanager:${operation}`);
      };
      await failed('CreateSecret');
      await workspace.sync([user]);
      await workspace.set(user, 'dev', 'DATABASE_URL', 'postgres://new');
      await workspace.commit();
      await failed('PutSecretValue');
      await failed('UpdateSecretVersionStage');
      const [last] = outcomes(await workspace.sync([user]));
      expect(last).toBe(`user-service dev ${effect ? 'unchanged' : 'promoted'}`);
      expect(await workspace.valueOf(secret)).toBe('{"DATABASE_URL":"postgres://new"}');
      expect((await workspace.versionsOf(secret)).size).toBe(2);
    },
  );
});
