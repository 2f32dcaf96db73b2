import { parsePolicy, parsePolicyText } from './parse-policy';

const allow = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' };

describe('parsePolicy', () => {
  it('makes lists of everything, and text of numbers and booleans', () => {
    const Condition = { 'ForAnyValue:StringEqualsIfExists': { 'aws:TagKeys': 'a' }, Bool: { 'aws:x': true } };
    const Statement = { ...allow, Sid: 'one', Condition };
    expect(parsePolicy({ Version: '2012-10-17', Id: 'id', Statement }, 'identity')).toEqual({
      kind: 'policy',
      policy: {
        variables: true,
        statements: [
          {
            effect: 'Allow',
            principals: undefined,
            actions: { all: ['kms:Decrypt'], negated: false },
            resources: { all: ['*'], negated: false },
            conditions: [
              {
                operator: 'stringequals',
                quantifier: 'ForAnyValue',
                ifExists: true,
                key: 'aws:TagKeys',
                values: ['a'],
              },
              { operator: 'bool', quantifier: undefined, ifExists: false, key: 'aws:x', values: ['true'] },
            ],
          },
        ],
      },
    });
  });

  it('reads principals of all kinds, and everybody in both spellings', () => {
    const principals = (Principal: unknown) => {
      const parsed = parsePolicy({ Statement: [{ ...allow, Principal }] }, 'resource');
      return parsed.kind === 'policy' ? parsed.policy.statements[0]?.principals?.all : parsed.problem;
    };
    expect(principals('*')).toEqual([{ kind: 'Everyone', value: '*' }]);
    expect(principals({ AWS: ['*', '111122223333'], Service: 's' })).toEqual([
      { kind: 'Everyone', value: '*' },
      { kind: 'AWS', value: '111122223333' },
      { kind: 'Service', value: 's' },
    ]);
  });

  it('leaves out variables where the version is not set, or the older one', () => {
    for (const Version of [undefined, '2008-10-17']) {
      expect(parsePolicy({ Version, Statement: [allow] }, 'identity')).toMatchObject({
        policy: { variables: false },
      });
    }
  });

  it.each([
    [null, '', 'must be an object'],
    [[], '', 'must be an object'],
    [{}, 'Statement', 'is missing'],
    [{ Statement: [] }, 'Statement', 'must not be empty'],
    [{ Version: '2020-01-01', Statement: allow }, 'Version', 'must be one of 2012-10-17, 2008-10-17'],
    [{ Statements: [allow] }, 'Statements', 'is not one of Version, Id, Statement'],
    [{ Statement: [allow, 'x'] }, 'Statement[1]', 'must be an object'],
    [{ Statement: { ...allow, Effect: 'Maybe' } }, 'Statement.Effect', 'must be Allow or Deny'],
    [
      { Statement: { ...allow, action: 'x' } },
      'Statement.action',
      expect.stringContaining('is not one of Sid, Effect'),
    ],
    [{ Statement: { ...allow, Action: undefined } }, 'Statement.Action', 'is missing'],
    [{ Statement: { ...allow, Action: [] } }, 'Statement.Action', 'must not be empty'],
    [
      { Statement: { ...allow, Action: 'Decrypt' } },
      'Statement.Action',
      'must be like kms:Decrypt, not Decrypt',
    ],
    [
      { Statement: { ...allow, NotAction: 'kms:*' } },
      'Statement.NotAction',
      'cannot be combined with Action',
    ],
    [{ Statement: { ...allow, Resource: 'key/1' } }, 'Statement.Resource', 'must be an ARN or *, not key/1'],
    [
      { Statement: { ...allow, Resource: { a: 1 } } },
      'Statement.Resource',
      'must be a string or a list of strings',
    ],
    [{ Statement: { ...allow, Resource: undefined } }, 'Statement.Resource', 'is missing'],
    [
      { Statement: { ...allow, Principal: '*' } },
      'Statement.Principal',
      'is not allowed in an identity policy',
    ],
    [
      { Statement: { ...allow, Condition: { StringIs: { a: 'b' } } } },
      'Statement.Condition.StringIs',
      'is not a condition operator',
    ],
    [
      { Statement: { ...allow, Condition: { StringEquals: 'b' } } },
      'Statement.Condition.StringEquals',
      'must be an object',
    ],
    [
      { Statement: { ...allow, Condition: { StringEquals: { a: null } } } },
      'Statement.Condition.StringEquals.a',
      'must be a string or a list of strings',
    ],
  ])('refuses %j', (document, place, what) => {
    expect(parsePolicy(document, 'identity')).toEqual({ kind: 'malformed', problem: { place, what } });
  });

  it.each([
    ['resource', allow, 'Statement.Principal', 'is missing'],
    ['resource', { ...allow, Principal: {} }, 'Statement.Principal', 'must name a principal'],
    ['resource', { ...allow, Principal: 'x' }, 'Statement.Principal', 'must be an object'],
    [
      'resource',
      { ...allow, Principal: { Aws: '*' } },
      'Statement.Principal.Aws',
      /is not one of AWS, Federated/,
    ],
    ['trust', { ...allow, Principal: '*' }, 'Statement.Resource', 'is not allowed in a trust policy'],
  ] as const)('refuses in a %s policy %j', (kind, Statement, place, what) => {
    expect(parsePolicy({ Statement }, kind)).toEqual({
      kind: 'malformed',
      problem: { place, what: typeof what === 'string' ? what : expect.stringMatching(what) },
    });
  });

  it('has no trouble with keys that objects have of themselves', () => {
    const hostile =
      '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","__proto__":{"Condition":{}}}}';
    expect(parsePolicyText(hostile, 'identity')).toMatchObject({ problem: { place: 'Statement.__proto__' } });
    expect(parsePolicyText('{', 'identity')).toMatchObject({ problem: { what: 'it is not JSON' } });
  });
});
