import fc from 'fast-check';
import { readOptions, type RawOptions } from './options';
import { configuredStages, mayHaveStage } from './service-stages';
import { withStage, withoutStage, type StageOwners } from './stage-edits';

const [a, b] = ['apps/a', 'apps/b'];
const added = (
  raw: RawOptions,
  owners: StageOwners,
  fields = {},
  files: Readonly<Record<string, readonly string[]>> = {},
): RawOptions => {
  const options = readOptions(raw);
  const services = new Map(
    [a, b].map((root) => [root, [...new Set([...configuredStages(root, options), ...(files[root] ?? [])])]]),
  );
  return withStage(raw, options, { stage: 'qa', fields, owners, services });
};
const removed = (raw: RawOptions, owners: StageOwners) => withoutStage(raw, readOptions(raw), 'qa', owners);

test('a stage that goes takes the key that somebody else makes for it along', () => {
  const key = (id: string) =>
    `arn:aws:kms:eu-west-1:111122223333:key/${id.repeat(8)}-1111-1111-1111-111111111111`;
  const services = {
    [a]: { kmsKeyArn: { dev: key('a'), qa: key('b') } },
    [b]: { kmsKeyArn: { qa: key('c') } },
  };
  const raw: RawOptions = { stages: ['dev', 'qa'], services };
  expect(removed(raw, 'all')).toEqual({
    stages: ['dev'],
    services: { [a]: { kmsKeyArn: { dev: key('a') } }, [b]: {} },
  });
  expect(removed(raw, [b])).toEqual({
    stages: ['dev', 'qa'],
    services: { ...services, [b]: { stages: ['dev'] } },
  });
  expect(() => readOptions(removed(raw, 'all'))).not.toThrow();
});

describe('add', () => {
  test.each<[string, RawOptions, StageOwners, RawOptions]>([
    ['a list, all', { stages: ['dev'] }, 'all', { stages: ['dev', 'qa'] }],
    ['all by their names', { stages: ['dev'] }, [a, b], { stages: ['dev', 'qa'] }],
    [
      'an object, one',
      { stages: { dev: { region: 'eu-west-1' } }, services: { [a]: 'public-a' } },
      [a],
      {
        stages: { dev: { region: 'eu-west-1' }, qa: { optIn: true } },
        services: { [a]: { name: 'public-a', stages: ['dev', 'qa'] } },
      },
    ],
    [
      'there already, one more',
      { stages: { dev: {}, qa: { optIn: true } }, services: { [a]: { stages: ['dev', 'qa'] } } },
      [b],
      {
        stages: { dev: {}, qa: { optIn: true } },
        services: { [a]: { stages: ['dev', 'qa'] }, [b]: { stages: ['dev', 'qa'] } },
      },
    ],
    [
      'there already, now for all',
      { stages: { dev: {}, qa: { optIn: true } }, services: { [a]: { stages: ['dev'] } } },
      'all',
      { stages: { dev: {}, qa: {} }, services: { [a]: { stages: ['dev', 'qa'] } } },
    ],
    ['there already, for all', { stages: ['dev', 'qa'] }, [a], { stages: ['dev', 'qa'] }],
    ['files decide', {}, [a], {}],
  ])('%s', (_, raw, owners, expected) => {
    const once = added(raw, owners);
    expect(once).toEqual(expected);
    expect(added(once, owners)).toEqual(once);
  });

  test('files decide, but the stage has a field: the stages of files are named, too', () => {
    expect(added({}, [a], { region: 'eu-west-1' }, { [a]: ['dev'], [b]: ['prod'] })).toEqual({
      stages: { dev: {}, prod: {}, qa: { region: 'eu-west-1', optIn: true } },
      services: { [a]: { stages: ['dev', 'qa'] } },
    });
  });
});

describe('remove', () => {
  test.each<[string, RawOptions, StageOwners, RawOptions]>([
    ['a list, all', { stages: ['dev', 'qa'] }, 'all', { stages: ['dev'] }],
    [
      'a list, one',
      { stages: ['dev', 'qa'] },
      [a],
      { stages: ['dev', 'qa'], services: { [a]: { stages: ['dev'] } } },
    ],
    [
      'all: nothing names it any more',
      {
        stages: { dev: {}, qa: { ciOnly: true } },
        services: { [a]: { stages: ['qa', 'dev'], optional: { KEY: ['qa'] } } },
        optional: { A: ['qa', 'dev'], B: ['qa'] },
      },
      'all',
      { stages: { dev: {} }, services: { [a]: { stages: ['dev'] } }, optional: { A: ['dev'] } },
    ],
    ['a service that does not have it', { stages: ['dev'] }, [a], { stages: ['dev'] }],
  ])('%s', (_, raw, owners, expected) => {
    const once = removed(raw, owners);
    expect(once).toEqual(expected);
    expect(removed(once, owners)).toEqual(once);
  });
});

test('whatever is there: who was meant has the stage then, nobody else; removed, nobody who was meant', () => {
  const stages = fc.uniqueArray(fc.constantFrom('dev', 'prod', 'qa'), { minLength: 1 });
  const raw = stages.chain((names) =>
    fc.record({
      stages: fc.oneof(
        fc.constant(names),
        fc
          .tuple(...names.map(() => fc.boolean()))
          .map((flags) =>
            Object.fromEntries(names.map((name, index) => [name, flags[index] ? { optIn: true } : {}])),
          ),
      ),
      services: fc.dictionary(fc.constantFrom(a, b), fc.record({ stages: fc.subarray(names) })),
    }),
  );
  const owners = fc.constantFrom<StageOwners>('all', [a], [b], [a, b]);
  fc.assert(
    fc.property(raw, owners, (given, meant) => {
      const before = readOptions(given);
      const after = readOptions(added(given, meant));
      const isMeant = (root: string) => meant === 'all' || meant.includes(root);
      for (const root of [a, b]) {
        expect(mayHaveStage(root, 'qa', after)).toBe(
          isMeant(root) || (before.stages.has('qa') && mayHaveStage(root, 'qa', before)),
        );
        const others = (options: typeof before) =>
          configuredStages(root, options).filter((one) => one !== 'qa');
        expect(others(after)).toEqual(others(before));
        if (isMeant(root))
          expect(configuredStages(root, readOptions(removed(given, meant)))).not.toContain('qa');
      }
    }),
  );
});
