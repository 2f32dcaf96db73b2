import { toProblem } from '../problem';
import { nearest, readOptions } from './options';

const problemOf = (raw: unknown) => {
  try {
    readOptions(raw);
  } catch (error) {
    return toProblem(error);
  }
  throw new Error('was accepted');
};

test('defaults', () => {
  expect(readOptions(undefined)).toEqual({
    stages: new Map(),
    secretName: '/services/{service}/{stage}',
    keyAlias: '{service}-{stage}',
    services: new Map(),
    outputs: new Map(),
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
  ['a stage that is no name', { stages: [5] }, 'stages is not a list of stage names', 'stages'],
  [
    'a pattern without the stage',
    { keyAlias: '{service}' },
    'gives two services or stages the same name',
    '{stage}',
  ],
  [
    'an unknown placeholder',
    { secretName: '/{team}/{service}/{stage}' },
    'unknown placeholder {team}',
    '{service}',
  ],
  [
    'a service name that is no text',
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
  ['options that are no object', ['dev'], 'the options is not an object', 'the options'],
  ['__proto__ as an option', JSON.parse('{"__proto__": {}}'), 'unknown option "__proto__"', 'Valid:'],
  ['constructor as an option', { constructor: {} }, 'unknown option "constructor"', 'Valid:'],
])('refuses %s', (_, raw, what, fix) => {
  expect(problemOf(raw).what).toContain(what);
  expect(problemOf(raw).fix).toContain(fix);
});

test('the nearest name', () => {
  expect(nearest('prd', ['dev', 'staging', 'prod'])).toBe('prod');
  expect(nearest('x', [])).toBe('');
});
