import { parsePolicy } from './parse-policy';
import { allowsStrangers } from './public-policy';

const read = 'secretsmanager:GetSecretValue';
const everyone = { Effect: 'Allow', Principal: '*', Action: read, Resource: '*' };
const when = (operator: string, key: string, value: unknown) => ({
  ...everyone,
  Condition: { [operator]: { [key]: value } },
});
const account = '111122223333';
const denyOthers = {
  Effect: 'Deny',
  Principal: '*',
  Action: 'secretsmanager:*',
  Resource: '*',
  Condition: { StringNotEquals: { 'aws:PrincipalAccount': account } },
};

describe('allowsStrangers', () => {
  it.each<[string, readonly object[], boolean]>([
    ['everyone', [everyone], true],
    ['everyone of AWS', [{ ...everyone, Principal: { AWS: ['x', '*'] } }], true],
    ['everyone but one', [{ ...everyone, Principal: undefined, NotPrincipal: { AWS: account } }], true],
    ['one account', [{ ...everyone, Principal: { AWS: account } }], false],
    ['nobody', [{ ...everyone, Effect: 'Deny' }], false],
    ['actions of another service', [{ ...everyone, Action: 's3:*' }], false],
    ['all actions but others', [{ ...everyone, Action: undefined, NotAction: 'kms:*' }], true],
    ['everyone of an organisation', [when('StringEquals', 'aws:PrincipalOrgID', 'o-1')], false],
    [
      'everyone of an organisation, or of none',
      [when('StringEqualsIfExists', 'aws:PrincipalOrgID', 'o-1')],
      true,
    ],
    ['everyone but an account', [when('StringNotEquals', 'aws:PrincipalAccount', account)], true],
    ['everyone of an account', [when('StringEquals', 'AWS:principalaccount', account)], false],
    ['everyone of any account', [when('StringLike', 'aws:PrincipalAccount', '*')], true],
    ['roles of an account', [when('ArnLike', 'aws:PrincipalArn', `arn:aws:iam::${account}:role/*`)], false],
    ['roles of any account', [when('ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/sync-?')], true],
    ['a network', [when('IpAddress', 'aws:SourceIp', '10.0.0.0/8')], false],
    ['every network', [when('IpAddress', 'aws:SourceIp', '0.0.0.0/0')], true],
    ['what a caller can choose', [when('StringEquals', 'secretsmanager:VersionStage', 'AWSCURRENT')], true],
    ['TLS only', [when('Bool', 'aws:SecureTransport', 'true')], true],
    ['everyone, with others denied', [everyone, denyOthers], false],
    ['everyone, with others denied something else', [everyone, { ...denyOthers, Action: 'kms:*' }], true],
    [
      'everyone, denied what a caller can avoid',
      [everyone, { ...denyOthers, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
      true,
    ],
  ])('%s', (_who, Statement, expected) => {
    const parsed = parsePolicy(
      { Version: '2012-10-17', Statement: JSON.parse(JSON.stringify(Statement)) },
      'resource',
    );
    if (parsed.kind === 'malformed') throw new Error(parsed.problem.what);
    expect(allowsStrangers(parsed.policy, [read, 'secretsmanager:PutSecretValue'])).toBe(expected);
  });
});
