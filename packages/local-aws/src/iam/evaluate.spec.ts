import { evaluate, type PermissionBoundary, type Verdict } from './evaluate';
import { account, other, policy } from './iam.test-kit';
import { parsePolicy } from './parse-policy';
import type { PolicyKind } from './policy-document';
import type { Principal } from './principal';
import { requestContext } from './request-context';

const resource = `arn:aws:kms:eu-west-1:${account}:key/1`;
const user = (of = account): Principal => ({ kind: 'user', account: of, arn: `arn:aws:iam::${of}:user/ann` });
const session: Principal = {
  kind: 'session',
  account,
  arn: `arn:aws:sts::${account}:assumed-role/r/s`,
  roleArn: `arn:aws:iam::${account}:role/r`,
};
const read = (document: object, kind: PolicyKind) => {
  const parsed = parsePolicy(document, kind);
  if (parsed.kind === 'malformed') throw new Error(parsed.problem.what);
  return parsed.policy;
};
const allow = policy({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' });
const deny = policy({ Effect: 'Deny', Action: 'kms:*', Resource: '*' });
const nothing = policy({ Effect: 'Allow', Action: 'kms:Encrypt', Resource: '*' });
const onKey = (Principal: unknown, Effect = 'Allow') =>
  policy({ Effect, Principal, Action: 'kms:Decrypt', Resource: '*' });
const root = onKey({ AWS: account });

interface Case {
  readonly principal?: Principal;
  readonly identity?: object;
  readonly boundary?: object;
  readonly session?: object;
  readonly onResource?: object | undefined;
  readonly always?: boolean;
}

function verdict(item: Case): string {
  const permissionBoundaries: PermissionBoundary[] = [];
  if (item.boundary)
    permissionBoundaries.push({ origin: 'boundary', policy: read(item.boundary, 'identity') });
  if (item.session) permissionBoundaries.push({ origin: 'session', policy: read(item.session, 'identity') });
  const said: Verdict = evaluate(
    {
      principal: item.principal ?? user(),
      action: 'kms:Decrypt',
      resource,
      resourceAccount: account,
      context: requestContext(),
    },
    {
      identity: [read(item.identity ?? nothing, 'identity')],
      permissionBoundaries,
      resource: {
        policy: item.onResource && read(item.onResource, 'resource'),
        accountCounts: item.always === true ? 'always' : 'where-named',
      },
    },
  );
  return said.allowed ? 'allowed' : `${said.reason} ${said.origin}`;
}

describe('evaluate', () => {
  it.each<[string, Case, string]>([
    [
      'a key that names the account, and a policy that allows',
      { identity: allow, onResource: root },
      'allowed',
    ],
    ['a key that names the account only', { onResource: root }, 'not-allowed identity'],
    [
      'a policy that allows, and a key that does not name the account',
      { identity: allow },
      'not-allowed resource',
    ],
    ['a key that names the caller', { onResource: onKey({ AWS: user().arn }) }, 'allowed'],
    ['a key that names everyone', { onResource: onKey('*') }, 'allowed'],
    [
      "a key that names the session's role",
      { principal: session, onResource: onKey({ AWS: session.roleArn }) },
      'allowed',
    ],
    ['a secret without a policy', { identity: allow, always: true }, 'allowed'],
    ['a secret that names the account', { onResource: root, always: true }, 'not-allowed identity'],
    ['a secret that names the caller', { onResource: onKey({ AWS: user().arn }), always: true }, 'allowed'],
    ['a policy that denies', { identity: deny, onResource: onKey('*') }, 'denied identity'],
    ['a key that denies', { identity: allow, onResource: onKey('*', 'Deny') }, 'denied resource'],
    [
      'a key that denies the account',
      { identity: allow, onResource: onKey({ AWS: account }, 'Deny') },
      'denied resource',
    ],
    ['a boundary that denies', { identity: allow, boundary: deny, onResource: root }, 'denied boundary'],
    [
      'a boundary without it',
      { identity: allow, boundary: nothing, onResource: root },
      'not-allowed boundary',
    ],
    ['a boundary with it', { identity: allow, boundary: allow, onResource: root }, 'allowed'],
    ['a boundary alone', { boundary: allow, onResource: root }, 'not-allowed identity'],
    [
      'a boundary, where the key names the user',
      { boundary: nothing, onResource: onKey({ AWS: user().arn }) },
      'allowed',
    ],
    [
      'a session policy, where the key names the role',
      { principal: session, session: nothing, onResource: onKey({ AWS: session.roleArn }) },
      'not-allowed session',
    ],
    [
      'a session policy, where the key names the session',
      { principal: session, session: nothing, onResource: onKey({ AWS: session.arn }) },
      'allowed',
    ],
    [
      'a session policy that denies',
      { principal: session, session: deny, onResource: onKey('*') },
      'denied session',
    ],
    [
      'another account with both',
      { principal: user(other), identity: allow, onResource: onKey({ AWS: other }) },
      'allowed',
    ],
    [
      'another account without its own',
      { principal: user(other), onResource: onKey({ AWS: other }) },
      'not-allowed identity',
    ],
    [
      "another account without the key's",
      { principal: user(other), identity: allow, onResource: root },
      'not-allowed resource',
    ],
    [
      'another account with both, and a boundary without it',
      {
        principal: user(other),
        identity: allow,
        boundary: nothing,
        onResource: onKey({ AWS: user(other).arn }),
      },
      'not-allowed boundary',
    ],
    [
      'everyone but one denied',
      {
        onResource: policy(...statements(onKey('*')), {
          Effect: 'Deny',
          NotPrincipal: { AWS: user().arn },
          Action: '*',
          Resource: '*',
        }),
      },
      'allowed',
    ],
    [
      'everyone but one denied, with a boundary',
      {
        boundary: allow,
        onResource: policy(...statements(onKey('*')), {
          Effect: 'Deny',
          NotPrincipal: { AWS: user().arn },
          Action: '*',
          Resource: '*',
        }),
      },
      'denied resource',
    ],
    [
      'all actions but some',
      {
        identity: policy({ Effect: 'Allow', NotAction: ['kms:Encrypt', 'sts:*'], Resource: '*' }),
        onResource: root,
      },
      'allowed',
    ],
    [
      'all resources but some',
      { identity: policy({ Effect: 'Allow', Action: '*', NotResource: [resource] }), onResource: root },
      'not-allowed identity',
    ],
  ])('%s', (_what, item, expected) => {
    expect(verdict(item)).toBe(expected);
  });
});

function statements(document: object): readonly object[] {
  return (document as { Statement: readonly object[] }).Statement;
}
