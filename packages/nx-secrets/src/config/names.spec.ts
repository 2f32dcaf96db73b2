import { toProblem } from '../problem';
import { clashes, namesOf } from './names';
import { readOptions } from './options';

const options = readOptions({});

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
    const problems = clashes([
      placed('apps/api', 'api', 'dev'),
      placed('libs/api', 'api', 'dev'),
      placed('apps/web', 'web', 'dev'),
    ]);
    expect([...problems.keys()].sort()).toEqual(['apps/api', 'libs/api']);
    for (const root of ['apps/api', 'libs/api']) {
      expect(problems.get(root)?.fix).toContain(
        '"libs/api": "another-name" }, or "apps/api" if that is the newer',
      );
    }
  });

  test('different services whose aliases come out equal', () => {
    const problems = clashes([placed('s/user', 'user', 'api-dev'), placed('s/user-api', 'user-api', 'dev')]);
    expect(problems.get('s/user')?.what).toContain('alias/user-api-dev');
  });

  test('none', () => {
    expect(clashes([placed('a', 'a', 'dev'), placed('a', 'a', 'prod'), placed('b', 'b', 'dev')]).size).toBe(
      0,
    );
  });
});
