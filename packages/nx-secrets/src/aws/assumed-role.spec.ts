import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { LocalAws } from 'local-aws-secrets';
import { toProblem } from '../problem';
import { startAws } from '../testing/wire.test-kit';
import { assumableRole } from './assumed-role';

const account = '111122223333';
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const host = 'token.actions.githubusercontent.com';

/** A role that pipelines assume with a token, and nobody else, not even itself. */
const trust = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${host}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${host}:sub`]: 'repo:acme/shop:environment:prod' } },
    },
  ],
} as const;

let aws: LocalAws;
const clients: STSClient[] = [];
const sts = (credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }) => {
  const client = new STSClient({ endpoint: aws.endpoint, region: 'eu-west-1', maxAttempts: 1, credentials });
  clients.push(client);
  return client;
};
beforeAll(async () => {
  aws = await startAws({ account });
  const roles = { sync: { trust, policies: [] }, other: { trust, policies: [] } };
  aws.setIam({ accounts: { [account]: { roles } } });
});
afterAll(async () => {
  clients.forEach((client) => client.destroy());
  await aws.stop();
});

const label = async () => ({ sessionName: 'nx-secrets-sync-abc', sourceIdentity: 'github-1-1' });

/** Whoever signed in as the role `sync` with the token of a pipeline. */
async function pipeline() {
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
  const claims = { iss: `https://${host}`, aud: 'sts.amazonaws.com', sub: 'repo:acme/shop:environment:prod' };
  const { Credentials } = await sts({ accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' }).send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: role('sync'),
      RoleSessionName: 'job',
      WebIdentityToken: `${part({ alg: 'RS256' })}.${part(claims)}.c2ln`,
    }),
  );
  return sts({
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  });
}

test('who has the role already works as it is', async () => {
  const client = await pipeline();
  const assumed = assumableRole(role('sync'), async () => client, label);
  expect(await assumed.identity()).toBe(`arn:aws:sts::${account}:assumed-role/sync/job`);
  expect((await assumed.credentials()).accessKeyId).toBe((await client.config.credentials()).accessKeyId);
});

test('who has another role is refused, as that role', async () => {
  const client = await pipeline();
  const refused = assumableRole(role('other'), async () => client, label).credentials();
  const problem = await refused.then(() => undefined, toProblem);
  expect(problem).toMatchObject({ code: 'roleNotAssumed', denied: 'sts:AssumeRole' });
});
