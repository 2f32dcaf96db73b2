// The simulator is under the AGPL: a development dependency of this comparison, never a dependency of a package.
import { runSimulation } from '@cloud-copilot/iam-simulate';
import fc from 'fast-check';
import type { Actor } from './actor';
import { decide } from './decide';
import { readPolicy, type LivePolicy } from './live-policy';
import { keyRequest, keyRequestForSecret, secretRequest, type AccessRequest, type Place } from './request';

const [own, other] = ['111122223333', '444455556666'];
const arn = (name: string, account = own) => `arn:aws:iam::${account}:${name}`;
const place: Place = {
  region: 'eu-west-1',
  account: own,
  keyArn: `arn:aws:kms:eu-west-1:${own}:key/11111111-2222-3333-4444-555555555555`,
  aliasArn: `arn:aws:kms:eu-west-1:${own}:alias/a-dev`,
  secretArn: `arn:aws:secretsmanager:eu-west-1:${own}:secret:/services/a/dev-AbCdEf`,
  keyTags: new Map([['service', 'a']]),
  secretTags: new Map([['service', 'a']]),
  aliases: ['alias/a-dev'],
};

const read = (document: object, kind: 'resource' | 'identity') => {
  const policy = readPolicy(JSON.stringify(document), kind, Infinity);
  if (typeof policy === 'string') throw new Error(policy);
  return policy;
};

/** A request, a caller and the policies around them. */
interface Case {
  readonly request: AccessRequest;
  readonly caller: string;
  readonly resource: object;
  readonly identity: object;
  readonly boundary: object | undefined;
}

const actions = fc.constantFrom(
  '*',
  '*',
  '*',
  'kms:*',
  'kms:Decrypt',
  'kms:Enc*',
  'secretsmanager:*',
  'secretsmanager:GetSecretValue',
  '*',
);
const resources = fc.constantFrom(
  '*',
  '*',
  '*',
  place.keyArn,
  place.secretArn,
  `arn:aws:kms:eu-west-1:${own}:key/*`,
  'arn:aws:s3:::x',
);
const conditions = fc.option(
  fc.constantFrom<object>(
    { ArnLike: { 'aws:PrincipalArn': arn('role/al*') } },
    { ArnNotLike: { 'aws:PrincipalArn': [arn('role/alpha'), arn('user/*')] } },
    { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
    { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] } },
    { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } },
    { StringEqualsIfExists: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' } },
    { Null: { 'kms:ViaService': 'true' } },
    { StringEquals: { 'kms:CallerAccount': [own, '999999999999'] } },
    { StringEquals: { 'aws:PrincipalAccount': other } },
    { Bool: { 'aws:SecureTransport': 'false' } },
    { StringLike: { 'aws:ResourceTag/service': 'a*' } },
    { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': ['alias/a-dev', 'alias/b'] } },
    { 'ForAllValues:StringEquals': { 'kms:ResourceAliases': ['alias/b'] } },
  ),
  { nil: undefined, freq: 2 },
);
const principals = fc.constantFrom<object | string>(
  '*',
  { AWS: own },
  { AWS: arn('root') },
  { AWS: arn('role/alpha') },
  { AWS: [arn('user/bob'), arn('root', other)] },
  { AWS: arn('role/alpha', other) },
);
const statement = (withPrincipal: boolean) =>
  fc
    .record({
      Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny'),
      Action: actions,
      Resource: resources,
      Condition: conditions,
      ...(withPrincipal ? { Principal: principals } : {}),
    })
    .map(({ Condition, ...rest }) => ({ ...rest, ...(Condition ? { Condition } : {}) }));
const policy = (withPrincipal: boolean, minLength: number) =>
  fc
    .array(statement(withPrincipal), { minLength, maxLength: 3 })
    .map((Statement) => ({ Version: '2012-10-17', Statement }));

const cases: fc.Arbitrary<Case> = fc.record({
  request: fc.constantFrom(
    keyRequest(place, 'Decrypt'),
    keyRequest(place, 'Encrypt'),
    keyRequestForSecret(place, 'Decrypt'),
    secretRequest(place, 'GetSecretValue'),
  ),
  caller: fc.constantFrom(arn('role/alpha'), arn('role/beta'), arn('user/bob'), arn('role/alpha', other)),
  resource: policy(true, 1),
  identity: policy(false, 0),
  boundary: fc.option(policy(false, 1), { nil: undefined, freq: 3 }),
});

/** As this package decides: whether the caller may, where nothing is left open. */
function decided({ request, caller, resource, identity, boundary }: Case): boolean {
  const policies: readonly { name: string; policy: LivePolicy }[] = [
    { name: 'policy', policy: read(identity, 'identity') },
  ];
  const account = caller.split(':')[4];
  // Policies of another account are never known here: its word is taken for given in the comparison.
  const actor: Actor = {
    kind: 'AWS',
    arn: caller,
    account,
    rights: { kind: 'policies', policies, ...(boundary ? { boundary: read(boundary, 'identity') } : {}) },
  };
  const decision = decide(request, actor, { policy: read(resource, 'resource'), grants: [] });
  if (decision.allowed) for (const way of decision.ways) expect(way.conditions).toEqual([]);
  return decision.allowed;
}

/** The keys that conditions here are about. */
const conditioned = new Set([
  'aws:requestedregion',
  'kms:viaservice',
  'aws:securetransport',
  'aws:resourcetag/service',
  'kms:resourcealiases',
]);

async function simulated({ request, caller, resource, identity, boundary }: Case): Promise<boolean> {
  const [, account = '', name = ''] = /::(\d+):(.+)$/.exec(caller) ?? [];
  const known = [...request.context].flatMap(([key, values]) =>
    values && values.length > 0 && conditioned.has(key)
      ? [[key, values.length === 1 && key !== 'kms:resourcealiases' ? values[0] : values]]
      : [],
  );
  const result = await runSimulation(
    {
      request: {
        principal: name.startsWith('role/')
          ? `arn:aws:sts::${account}:assumed-role/${name.slice(5)}/test`
          : caller,
        action: request.action,
        resource: { resource: request.resource, accountId: own },
        contextVariables: {
          ...Object.fromEntries(known),
          'aws:PrincipalArn': caller,
          'aws:PrincipalAccount': account,
          'aws:PrincipalIsAWSService': 'false',
          ...(request.on === 'key' ? { 'kms:CallerAccount': account } : {}),
        },
      },
      identityPolicies: [{ name: 'policy', policy: identity }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: resource,
      ...(boundary ? { permissionBoundaryPolicies: [{ name: 'boundary', policy: boundary }] } : {}),
    },
    {},
  );
  if (result.resultType === 'error') throw new Error(JSON.stringify(result));
  return result.overallResult === 'Allowed';
}

test('any policies: what an independent simulator says', async () => {
  const counts = { allowed: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      const expected = await simulated(one);
      // Of another account no IAM policies are known: there it says who may be allowed.
      if (!one.caller.includes(own)) return void (expected && expect(decided(one)).toBe(true));
      counts[expected ? 'allowed' : 'refused'] += 1;
      expect(decided(one)).toBe(expected);
    }),
    { numRuns: 600 },
  );
  expect(Math.min(counts.allowed, counts.refused)).toBeGreaterThan(40);
}, 60_000);
