import { toProblem } from '../problem';
import { clashes, namesOf } from './names';
import { readOptions } from './options';
import { comparedNames } from './services';

const options = readOptions({});

const problemOf = (step: () => unknown) => {
  try {
    step();
  } catch (error) {
    return toProblem(error);
  }
  throw new Error('was accepted');
};

test('the names of a service and stage', () => {
  expect(namesOf('user-service', 'prod', options, 'services/user-service')).toEqual({
    service: 'user-service',
    stage: 'prod',
    secretName: '/services/user-service/prod',
    keyAlias: 'alias/user-service-prod',
    address: { root: 'services/user-service' },
  });
});

test('patterns are filled as text: no replacement patterns of JavaScript', () => {
  const own = readOptions({ secretName: '{stage}/{service}', keyAlias: 'team/{service}/{stage}' });
  expect(namesOf('a$&b'.replace('$&', '_'), 'dev', own, 'x')).toMatchObject({
    secretName: 'dev/a_b',
    keyAlias: 'alias/team/a_b/dev',
  });
});

test.each([
  ['a dot, which KMS refuses in aliases', 'user.service', 'dev', '"."', '"services"'],
  ['a blank', 'user service', 'dev', '" "', '"services"'],
  ['an escape code', 'a\u001b[2J', 'dev', 'in the secret name', '"services"'],
  ['text beyond ASCII', 'größe', 'dev', '"ö"', '"services"'],
  ['a name that is too long', 'a'.repeat(250), 'dev', 'too long', '"services"'],
  ['a stage with a slash', 'a', 'eu/dev', 'cannot be a stage', 'letters'],
  ['an empty stage', 'a', '', 'cannot be a stage', 'letters'],
  ['a stage that begins with a dot', 'a', '.dev', 'cannot be a stage', 'letters'],
  ['a stage __proto__', 'a', '__proto__', 'cannot be a stage', 'letters'],
  ['a stage that ends like an ARN suffix', 'a', 'eu-abcdef', 'can mistake', 'Rename the stage'],
])('refuses %s', (_, service, stage, what, fix) => {
  const problem = (() => {
    try {
      return namesOf(service, stage, options, 'services/a') && undefined;
    } catch (error) {
      return toProblem(error);
    }
  })();
  expect(problem?.what).toContain(what);
  expect(problem?.fix).toContain(fix);
  expect(problem?.where).toContain('services/a');
});

test('a key alias has at most 256 characters, "alias/" among them', () => {
  const service = (length: number) => 'a'.repeat(length - 'alias/-dev'.length);
  expect(namesOf(service(256), 'dev', options, 'x').keyAlias).toHaveLength(256);
  expect(() => namesOf(service(257), 'dev', options, 'x')).toThrow('too long');
});

test('a secret name has at most 512 characters', () => {
  const own = readOptions({ secretName: `${'n'.repeat(500)}/{service}/{stage}` });
  const service = (length: number) => 'a'.repeat(length - 500 - '//dev'.length);
  expect(namesOf(service(512), 'dev', own, 'x').secretName).toHaveLength(512);
  expect(() => namesOf(service(513), 'dev', own, 'x')).toThrow('too long');
});

test('aliases that AWS reserves are refused', () => {
  const own = readOptions({ keyAlias: 'aws/{service}-{stage}' });
  expect(() => namesOf('a', 'dev', own, 'x')).toThrow('AWS reserves');
});

describe('clashes', () => {
  const placed = (root: string, service: string, stage: string) => ({
    ...namesOf(service, stage, options, root),
    root,
  });

  test('two services with one name fail both, a third does not', () => {
    const problems = clashes(
      [placed('apps/api', 'api', 'dev'), placed('libs/api', 'api', 'dev'), placed('apps/web', 'web', 'dev')],
      options,
    );
    expect([...problems.keys()].sort()).toEqual(['apps/api', 'libs/api']);
    for (const root of ['apps/api', 'libs/api']) {
      expect(problems.get(root)?.fix).toContain(
        '"libs/api": "another-name" }, or "apps/api" if that is the newer',
      );
    }
  });

  test('different services whose aliases come out equal', () => {
    const problems = clashes(
      [placed('s/user', 'user', 'api-dev'), placed('s/user-api', 'user-api', 'dev')],
      options,
    );
    expect(problems.get('s/user')?.what).toContain('alias/user-api-dev');
  });

  test('none', () => {
    expect(
      clashes([placed('a', 'a', 'dev'), placed('a', 'a', 'prod'), placed('b', 'b', 'dev')], options).size,
    ).toBe(0);
  });
});

describe('patterns of one service', () => {
  const root = 'apps/legacy';
  const own = readOptions({
    stages: ['dev', 'prod'],
    services: { [root]: { secretName: '/old/{stage}/app', keyAlias: 'old-app-{stage}' } },
  });

  test('are its names, and nobody else has them', () => {
    expect(namesOf('legacy', 'dev', own, root)).toMatchObject({
      secretName: '/old/dev/app',
      keyAlias: 'alias/old-app-dev',
    });
    expect(namesOf('web', 'dev', own, 'apps/web').secretName).toBe('/services/web/dev');
  });

  test.each([
    ['secretName', 'one-for-all-stages', 'must contain {stage}'],
    ['keyAlias', '{service}', 'must contain {stage}'],
    ['keyAlias', 'alias/old-{stage}', 'begins with alias/, which is added'],
    ['secretName', '{team}/{stage}', 'unknown placeholder {team}'],
  ])('%s "%s" is refused: it %s', (option, pattern, what) => {
    expect(() => readOptions({ services: { [root]: { [option]: pattern } } })).toThrow(what);
  });

  test.each([
    [
      'secretName',
      'a b/{stage}',
      'AWS does not allow " "',
      'Correct "secretName" in nx.json, "services": { "apps/legacy"',
    ],
    [
      'keyAlias',
      'a.b-{stage}',
      'AWS does not allow "."',
      'Correct "keyAlias" in nx.json, "services": { "apps/legacy"',
    ],
    ['keyAlias', 'aws/{stage}', 'AWS reserves', 'keyAlias'],
    ['secretName', '\u001b[2J{stage}', 'in the secret name', 'Correct "secretName"'],
    ['secretName', '{stage}-abcdef', 'can mistake', '"services": { "apps/legacy"'],
  ])('%s "%s" is refused with the place of it', (option, pattern, what, fix) => {
    const hostile = readOptions({ services: { [root]: { [option]: pattern } } });
    const refused = problemOf(() => namesOf('legacy', 'dev', hostile, root));
    expect(refused.what).toContain(what);
    expect(refused.fix).toContain(fix);
  });

  test.each(['a service', 'größe', 'a\u001b[2J', 'a*', '{stage}', '', '__proto__ x'])(
    'the name "%s" is refused although it is in neither pattern',
    (service) => {
      expect(problemOf(() => namesOf(service, 'dev', own, root)).code).toBe('badServiceName');
    },
  );

  test('a name with a dot is accepted where it is in neither pattern', () => {
    expect(namesOf('legacy.app', 'dev', own, root).service).toBe('legacy.app');
  });

  const service = (folder: string, name: string, ...stages: readonly string[]) => ({
    root: folder,
    name,
    files: stages.map((stage) => ({
      stage,
      path: `secrets/${stage}.enc.yaml`,
      format: 'yaml' as const,
      extension: 'yaml',
    })),
  });
  test.each([
    [
      'the secret of a service with the usual names',
      { [root]: { secretName: '/services/web/{stage}' } },
      'secretName',
    ],
    ['the key of a service with the usual names', { [root]: { keyAlias: 'web-{stage}' } }, 'keyAlias'],
    [
      'each other',
      { [root]: { secretName: '/x/{stage}' }, 'apps/web': { secretName: '/x/{stage}' } },
      'secretName',
    ],
  ])('may not share %s, also where one has no file yet', (_, services, option) => {
    const options = readOptions({ stages: ['dev'], services });
    const all = [service(root, 'legacy'), service('apps/web', 'web', 'dev')];
    const found = clashes(comparedNames(all, options), options);
    expect([...found.keys()].sort()).toEqual([root, 'apps/web']);
    expect(found.get('apps/web')?.fix).toContain(`another "${option}" in nx.json`);
  });
});

test('a secret name that looks like an alias does not clash with it', () => {
  const odd = readOptions({ secretName: 'alias/{service}-{stage}' });
  expect(clashes([{ ...namesOf('a', 'dev', odd, 'a'), root: 'a' }], odd).size).toBe(0);
});
