import { readOptions } from '../../config/options';
import { keptNames } from './kept-names';
import { readPattern } from './name-pattern';

const options = readOptions({});
const assigned = (name: string, service: string, stage: string, key?: string) => ({
  source: { name },
  target: { name: service, root: `services/${service}` },
  stage,
  key,
});
const kept = (
  names: readonly ReturnType<typeof assigned>[],
  pattern: string,
  filled: readonly string[] = [],
) => keptNames(names, readPattern(pattern, '--pattern'), options, new Set(filled));

test('one pattern where it gives all names, and nothing where they are kept already', () => {
  const names = [assigned('/l/a/dev', 'a', 'dev'), assigned('/l/b/prod', 'b', 'prod')];
  expect(kept(names, '/l/{service}/{stage}')).toEqual({
    secretName: '/l/{service}/{stage}',
    services: new Map(),
  });
  const own = [assigned('/services/a/dev', 'a', 'dev')];
  expect(kept(own, '/services/{service}/{stage}', ['services/a'])).toEqual({ services: new Map() });
});

test.each([
  [
    'a service is called otherwise',
    [assigned('/l/x/dev', 'a', 'dev'), assigned('/l/x/prod', 'a', 'prod')],
    '/l/x/{stage}',
  ],
  ['the stage is in the name twice', [assigned('/dev/a/dev', 'a', 'dev')], '/dev/a/{stage}'],
  [
    'only one place fits all stages',
    [assigned('/dev/a/dev', 'a', 'dev'), assigned('/prod/a/dev', 'a', 'prod')],
    '/{stage}/a/dev',
  ],
])('a pattern of its own where %s', (_what, names, expected) => {
  expect(kept(names, '/l/{service}/{stage}')).toEqual({ services: new Map([['services/a', expected]]) });
});

test('services that have files keep the pattern of all others', () => {
  expect(kept([assigned('/l/a/dev', 'a', 'dev')], '/l/{service}/{stage}', ['services/b'])).toEqual({
    services: new Map([['services/a', '/l/a/{stage}']]),
  });
  expect(() => kept([assigned('/l/a/dev', 'a', 'dev')], '/l/{service}/{stage}', ['services/a'])).toThrow(
    /has secret files, and its secrets have another name/,
  );
});

test('a stage that is part of a word is not where {stage} goes', () => {
  expect(() => kept([assigned('/l/a/production', 'a', 'prod')], '/l/{service}/{stage}')).toThrow(
    /no pattern with \{stage\}[^]*Give the stages in nx.json the names/,
  );
});

test('several secrets as keys of one, and names without a stage, cannot be kept', () => {
  expect(() => kept([assigned('/l/a/dev/K', 'a', 'dev', 'K')], '/l/{service}/{stage}/{key}')).toThrow(
    /cannot keep all their names/,
  );
  expect(() => kept([assigned('/l/live', 'a', 'prod')], '/l/live')).toThrow(/no pattern with \{stage\}/);
});
