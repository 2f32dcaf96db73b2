import { toProblem } from '../problem';
import { readOptions } from './options';

const problemOf = (raw: unknown) => {
  try {
    readOptions(raw);
  } catch (error) {
    return toProblem(error);
  }
  throw new Error('was accepted');
};

const prodWith = (principals: object) => ({ stages: { prod: { principals } } });

test('defaults', () => {
  expect(readOptions(undefined)).toEqual({
    stages: new Map(),
    secretName: '/services/{service}/{stage}',
    keyAlias: '{service}-{stage}',
    services: new Map(),
    outputs: new Map(),
    patterns: new Map(),
    foreignKeys: new Map(),
    formerly: new Map(),
    tags: {},
    checkExceptions: [],
    serviceStages: new Map(),
    optional: [],
    pluginName: 'nx-secrets',
    projects: new Map(),
  });
});

test('stages as a list or with options', () => {
  expect([...readOptions({ stages: ['dev', 'prod'] }).stages]).toEqual([
    ['dev', {}],
    ['prod', {}],
  ]);
  const prod = {
    region: 'eu-west-1',
    accountId: '444455556666',
    roleArn: 'arn:aws:iam::444455556666:role/r',
    ciOnly: true,
  };
  expect([...readOptions({ stages: { prod } }).stages]).toEqual([['prod', prod]]);
});

test.each([
  [{ region: '*' }, 'badRegion'],
  [{ region: 'eu-*-1' }, 'badRegion'],
  [{ region: 'eu-west-1\n' }, 'badRegion'],
  [{ region: 'x.example/eu-west-1' }, 'badRegion'],
  [{ region: '' }, 'badRegion'],
  [{ accountId: '*' }, 'badAccountId'],
  [{ accountId: '11112222333?' }, 'badAccountId'],
  [{ accountId: '111122223333\n' }, 'badAccountId'],
  [{ accountId: '1111-2222-3333' }, 'badAccountId'],
])('a place that policies would widen or misread: %j', (stage, code) => {
  expect(problemOf({ stages: { prod: stage } }).code).toBe(code);
});

test.each(['eusc-de-east-1', 'us-gov-west-1', 'us-iso-east-1', 'cn-north-1'])('region %s', (region) => {
  expect(readOptions({ stages: { prod: { region } } }).stages.get('prod')).toEqual({ region });
});

test('a service without a name', () => {
  expect(problemOf({ services: { 'apps/api': '' } }).code).toBe('badOption');
  expect(problemOf({ services: { 'apps/api': { name: '' } } }).code).toBe('badOption');
});

test('exceptions of a check: files, or names in files', () => {
  expect(readOptions({ checkExceptions: ['**/fixtures/**'] }).checkExceptions).toEqual([
    { pattern: '**/fixtures/**' },
  ]);
  expect(readOptions({ checkExceptions: { 'a/compose.yml': ['DATABASE_URL'] } }).checkExceptions).toEqual([
    { pattern: 'a/compose.yml', names: ['DATABASE_URL'] },
  ]);
});

test('principals, replica regions and the rotation period of a stage', () => {
  const stages = {
    prod: {
      roleArn: 'arn:aws:iam::444455556666:role/sync',
      principals: { encrypt: 'arn:aws:iam::444455556666:user/{service}-{stage}' },
      replicaRegions: ['eu-central-1'],
      keyRotationDays: 90,
    },
  };
  expect(readOptions({ stages }).stages.get('prod')).toEqual({
    ...stages.prod,
    accountId: '444455556666',
    principals: {
      sync: ['arn:aws:iam::444455556666:role/sync'],
      encrypt: ['arn:aws:iam::444455556666:user/{service}-{stage}'],
      decrypt: [],
      runtime: [],
      rotate: [],
      prune: [],
    },
  });
});

test.each([
  [
    'an unknown option, with the nearest',
    { stage: ['dev'] },
    'unknown option "stage"',
    'Did you mean "stages"?',
  ],
  [
    'an unknown option of a stage',
    { stages: { dev: { regoin: 'x' } } },
    'unknown option "regoin"',
    'Did you mean "region"?',
  ],
  ['a wrong type', { secretName: 5 }, 'secretName is not a value of type string', 'secretName'],
  ['a stage that is not a name', { stages: [5] }, 'stages is not a list of stage names', 'stages'],
  [
    'a pattern without the stage',
    { keyAlias: '{service}' },
    'must contain both {service} and {stage}',
    '{stage}',
  ],
  [
    'an unknown placeholder',
    { secretName: '/{team}/{service}/{stage}' },
    'unknown placeholder {team}',
    '{service}',
  ],
  [
    'a service name that is not text',
    { services: { 'apps/api': 7 } },
    'the options is not an object',
    'Write',
  ],
  [
    'an output form that nobody knows',
    { services: { 'apps/api': { output: 'xml' } } },
    'output is not "json" or "raw"',
    'Write',
  ],
  ['a principal of no kind', prodWith({ sink: [] }), 'unknown option "sink"', 'Valid: sync,'],
  [
    'a principal that is not the ARN',
    prodWith({ sync: 'sync' }),
    'sync "sync" is not the ARN',
    'arn:aws:iam::',
  ],
  [
    'an account as a principal',
    prodWith({ decrypt: 'arn:aws:iam::444455556666:root' }),
    'is not the ARN of an IAM role or user',
    'role/name',
  ],
  [
    'everybody as a principal',
    prodWith({ runtime: 'arn:aws:iam::444455556666:role/*' }),
    'matches every identity',
    'a part of the name',
  ],
  [
    'an unknown placeholder of a principal',
    prodWith({ runtime: 'arn:aws:iam::444455556666:role/{servce}' }),
    'unknown placeholder {servce}',
    '{service}',
  ],
  ['no administrators', prodWith({ administrators: [] }), 'administrators is empty', 'remove administrators'],
  ['principals that are a list', { stages: { prod: { principals: [] } } }, 'principals is not', 'an object'],
  ['a number as a principal', prodWith({ sync: [5] }), 'sync is not an ARN', 'a list of ARNs'],
  [
    'a rotation period that AWS refuses',
    { stages: { prod: { keyRotationDays: 89 } } },
    'keyRotationDays is not',
    '90 to 2560',
  ],
  [
    'replica regions that are none',
    { stages: { prod: { replicaRegions: ['europe'] } } },
    'replicaRegions is not',
    'eu-central-1',
  ],
  [
    'a replica region that is none, behind one that is',
    { stages: { prod: { replicaRegions: ['eu-central-1', 'europe'] } } },
    'replicaRegions is not',
    'eu-central-1',
  ],
  [
    'a replica in the region of the stage itself',
    { stages: { prod: { region: 'eu-west-1', replicaRegions: ['eu-west-1'] } } },
    'the region of the stage itself',
    'once',
  ],
  [
    'an exception that is not a path',
    { checkExceptions: [7] },
    'checkExceptions is not a list of paths',
    'an object of paths',
  ],
  [
    'an exception outside of the workspace',
    { checkExceptions: ['../other/**'] },
    'which is not a path in the workspace',
    'relative to the workspace',
  ],
  [
    'an absolute path as an exception',
    { checkExceptions: ['/etc/**'] },
    'which is not a path in the workspace',
    'relative to the workspace',
  ],
  [
    'an exception with a name that is none',
    { checkExceptions: { 'a/.env': 'DATABASE_URL' } },
    'checkExceptions is not',
    'a list of names each',
  ],
  [
    'an option near to it',
    { checkException: [] },
    'unknown option "checkException"',
    'Did you mean "checkExceptions"?',
  ],
  ['options that are no object', ['dev'], 'the options is not an object', 'the options'],
  ['__proto__ as an option', JSON.parse('{"__proto__": {}}'), 'unknown option "__proto__"', 'Valid:'],
  ['constructor as an option', { constructor: {} }, 'unknown option "constructor"', 'Valid:'],
])('refuses %s', (_, raw, what, fix) => {
  expect(problemOf(raw).what).toContain(what);
  expect(problemOf(raw).fix).toContain(fix);
});
