import { outcomes, problems } from '../../testing/aws-workspace.test-kit';
import { standBefore, type ProxyAnswer } from '../../testing/aws-proxy.test-kit';
import { renderReport } from '../../output/text';
import { drifted, root, secretName, useRevisions, type Placed } from '../revisions.test-kit';

const workspace = useRevisions();

const json = (value: unknown) => ({ status: 200, body: JSON.stringify(value) });
const html = '<!doctype html><html><body>502 Bad Gateway: canary</body></html>';
const mebibyte = 1024 * 1024;

const nonsense: readonly [string, ProxyAnswer][] = [
  ['HTML', { status: 200, body: html }],
  ['HTML with status 404', { status: 404, body: html }],
  ['nothing', { status: 200, body: '' }],
  ['no JSON', { status: 200, body: '{"ARN": ' }],
  ['null', json(null)],
  ['a number', json(7)],
  ['a list', json([{}])],
  ['an empty object', json({})],
  [
    'members of wrong types',
    json({ ARN: 7, Name: [secretName], VersionId: {}, Plaintext: 7, KeyId: null, Tags: { a: 'b' } }),
  ],
  ['bytes that are no text', { status: 200, body: '\u0000\ufffd\u0007' }],
  ['8 MiB of JSON', json({ padding: 'x'.repeat(8 * mebibyte) })],
  ['8 MiB of HTML with status 400', { status: 400, body: '<p>'.repeat((8 * mebibyte) / 3) }],
  ['JSON that is nested 20,000 deep', { status: 200, body: '['.repeat(20_000) + ']'.repeat(20_000) }],
  ['an error without a name', { status: 400, body: '{"message":"canary"}' }],
  ['an error whose name is not text', { status: 400, body: '{"__type":{"a":1},"message":["canary"]}' }],
];

/** A state, and an operation of the sync that is due there. */
const operations: readonly [string, Placed | undefined, 'former' | undefined][] = [
  ['secretsmanager.DescribeSecret', {}, 'former'],
  ['sts.GetCallerIdentity', undefined, undefined],
  ['TrentService.Decrypt', {}, 'former'],
  ['secretsmanager.CreateSecret', undefined, undefined],
  ['secretsmanager.PutSecretValue', {}, 'former'],
  ['secretsmanager.UpdateSecretVersionStage', {}, 'former'],
  ['secretsmanager.RestoreSecret', drifted, 'former'],
  ['secretsmanager.UpdateSecret', drifted, 'former'],
  ['secretsmanager.TagResource', drifted, 'former'],
];

/** TagResource answers nothing, so any JSON is a success; the next run sees what became of it. */
const isTaken = (operation: string, { status, body }: ProxyAnswer) =>
  operation === 'secretsmanager.TagResource' && status === 200 && /^(|[^<]*[}\]7l])$/.test(body);

test.each(operations)(
  '%s answered with nonsense: a clear failure, and the next run ends it',
  async (name, state, previous) => {
    const operation = name === 'sts.GetCallerIdentity' ? '' : name;
    const [action] = name.split('.').slice(1);
    for (const [what, answer] of nonsense) {
      await workspace.place(state);
      const report = await syncAnswered(operation, answer);
      const [problem] = problems(report);
      const text = renderReport(report);
      const seen = [what, outcomes(report), `${problem?.what}; ${problem?.where}; ${problem?.fix}`];
      if (isTaken(operation, answer)) {
        expect(seen).toEqual([what, ['user-service dev updated'], expect.anything()]);
      } else {
        const says = new RegExp(`(answer|Decrypt (?:failed|returned no result)).*AWS_ENDPOINT_URL`, 's');
        expect(seen).toEqual([what, ['user-service dev failed'], expect.stringMatching(says)]);
        expect(seen[2]).toContain(action);
        expect(text).not.toMatch(/^ *at .*:\d+:\d+/m);
      }
      expect(text.length).toBeLessThan(1_500);
      await workspace.sync([root]);
      expect(await workspace.found()).toEqual(workspace.synced(previous));
    }
  },
);

test.each([
  ['{"Plaintext":c2VjcmV0LWtleQ==}'],
  ['{"Plaintext":"c2VjcmV0LWtleQ==" "KeyId":1}'],
  ['{"Plaintext":"c2VjcmV0LWtleQ=='],
])('a data key is not quoted from an answer that cannot be read: %s', async (body) => {
  const text = renderReport(await syncAnswered('TrentService.Decrypt', { status: 200, body }));
  expect(text).toContain('kms:Decrypt failed: SyntaxError');
  expect(text).not.toMatch(/c2Vj|Plaintext/);
});

/** Syncs while an operation is answered with something else, and has no effect. */
async function syncAnswered(operation: string, answer: ProxyAnswer) {
  const proxy = standBefore(workspace.aws().endpoint, async (asked, forward) =>
    asked === operation ? answer : forward(),
  );
  process.env['AWS_ENDPOINT_URL'] = proxy.endpoint;
  const report = await workspace.sync([root]);
  process.env['AWS_ENDPOINT_URL'] = workspace.aws().endpoint;
  proxy.stop();
  return report;
}
