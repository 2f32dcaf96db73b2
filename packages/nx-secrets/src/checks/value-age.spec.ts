import * as fc from 'fast-check';
import type { Commit } from '../git/changes';
import { originOf, originsOf, type Contents, type Step } from './value-age';

const commit = (at: number): Commit => ({
  id: `c${at}`,
  date: new Date(Date.UTC(2026, 0, 1 + at)).toISOString(),
  merge: false,
});

/** A content: values by key as `fingerprint:shape`, and the wrapped data keys. */
interface State {
  readonly keys: Readonly<Record<string, readonly string[]>>;
  readonly wrapped: readonly string[];
}

const split = (value: string) => {
  const [fingerprint = '', shape = ''] = value.split(':');
  return { fingerprint, shape };
};
const contents = ({ keys, wrapped }: State): Contents => ({
  fingerprints: Object.values(keys).flatMap((values) => values.map((value) => split(value).fingerprint)),
  inFull: () => ({
    keys: new Map(Object.entries(keys).map(([key, values]) => [key, values.map(split)])),
    wrapped,
  }),
});
const history = (...states: readonly State[]): readonly Step[] =>
  states.map((state, at) => ({
    commit: commit(at),
    after: contents(state),
    before: at === 0 ? undefined : contents(states[at - 1]!),
  }));
const originIds = (steps: readonly Step[], state: State) => {
  const origins = originsOf(steps);
  return Object.fromEntries(
    Object.entries(state.keys).map(([key, values]) => [
      key,
      originOf(
        values.map((value) => split(value).fingerprint),
        origins,
      )?.id,
    ]),
  );
};

const first: State = { keys: { A: ['a1:str 8'], B: ['b1:str 8'] }, wrapped: ['w1'] };

test.each<[string, readonly State[], Readonly<Record<string, string | undefined>>]>([
  ['never changed', [first], { A: 'c0', B: 'c0' }],
  ['one changed', [first, { ...first, keys: { A: ['a2:str 8'], B: ['b1:str 8'] } }], { A: 'c1', B: 'c0' }],
  [
    'all changed under one data key',
    [first, { ...first, keys: { A: ['a2:str 8'], B: ['b2:str 8'] } }],
    { A: 'c1', B: 'c1' },
  ],
  ['a new data key keeps the fingerprints', [first, { ...first, wrapped: ['w2'] }], { A: 'c0', B: 'c0' }],
  [
    'a new data key, and a value with it',
    [first, { keys: { A: ['a2:str 8'], B: ['b1:str 8'] }, wrapped: ['w2'] }],
    { A: 'c1', B: 'c0' },
  ],
  [
    're-encrypted as a whole',
    [first, { keys: { A: ['a2:str 8'], B: ['b2:str 8'] }, wrapped: ['w2'] }],
    { A: 'c0', B: 'c0' },
  ],
  [
    're-encrypted as a whole, twice, with a key more',
    [
      first,
      { keys: { A: ['a2:str 8'], B: ['b2:str 8'], C: ['c2:str 8'] }, wrapped: ['w2'] },
      { keys: { A: ['a3:str 8'], B: ['b3:str 8'], C: ['c3:str 8'] }, wrapped: ['w3'] },
    ],
    { A: 'c0', B: 'c0', C: 'c1' },
  ],
  [
    're-encrypted, and a value of another length',
    [first, { keys: { A: ['a2:str 12'], B: ['b2:str 8'] }, wrapped: ['w2'] }],
    { A: 'c1', B: 'c0' },
  ],
  [
    'brought back by a revert: the value is as old as it is',
    [first, { ...first, keys: { A: ['a2:str 8'], B: ['b1:str 8'] } }, first],
    { A: 'c0', B: 'c0' },
  ],
  [
    'the content of before a re-encryption, and back again',
    [
      first,
      { ...first, keys: { A: ['a2:str 8'], B: ['b1:str 8'] } },
      { keys: { A: ['a3:str 8'], B: ['b3:str 8'] }, wrapped: ['w2'] },
      first,
      { keys: { A: ['a3:str 8'], B: ['b3:str 8'] }, wrapped: ['w2'] },
    ],
    { A: 'c1', B: 'c0' },
  ],
  [
    'a list is as old as its newest element',
    [
      { ...first, keys: { A: ['a1:str 8'] } },
      { ...first, keys: { A: ['a1:str 8', 'a2:str 8'] } },
    ],
    { A: 'c1' },
  ],
])('%s', (_, states, expected) => {
  expect(originIds(history(...states), states.at(-1)!)).toEqual(expected);
});

test('values that came of each other in a circle, as dates in Git allow it', () => {
  const links = new Map([
    ['a', ['b']],
    ['b', ['a', 'c']],
    ['c', ['b']],
  ]);
  const asked: string[] = [];
  const former = Object.assign(new Map(links), {
    get: (one: string) => {
      // Without an end, nothing but this stops it.
      if (asked.push(one) > 10) throw new Error('it goes round in a circle');
      return links.get(one);
    },
  });
  const seen = new Map([
    ['a', commit(2)],
    ['b', commit(1)],
    ['c', commit(0)],
  ]);
  expect(originOf(['a'], { seen, former })).toEqual(commit(0));
  expect(asked.sort()).toEqual(['a', 'b', 'c']);
});

test('what is not committed has no commit', () => {
  const state = { ...first, keys: { A: ['a9:str 8'], B: ['b1:str 8'] } };
  expect(originIds(history(first), state)).toEqual({ A: undefined, B: 'c0' });
});

test('dates that lie do not make it run for ever', () => {
  const [one, two] = [first, { keys: { A: ['a2:str 8'], B: ['b2:str 8'] }, wrapped: ['w2'] }];
  const step = (at: number, after: State, before: State): Step => ({
    commit: commit(at),
    after: contents(after),
    before: contents(before),
  });
  const same = [step(0, two, one), step(0, one, two)];
  expect(originIds(same, two)).toEqual({ A: 'c0', B: 'c0' });
});

test('a content that cannot be read is not a re-encryption', () => {
  const damaged: Contents = { fingerprints: ['x'], inFull: () => undefined };
  const steps: readonly Step[] = [
    { commit: commit(0), after: contents(first), before: undefined },
    { commit: commit(1), after: damaged, before: contents(first) },
  ];
  expect(originOf(['x'], originsOf(steps))?.id).toBe('c1');
});

/** What can be done to a file; `back` goes to an earlier content. */
type Change =
  | { readonly kind: 'set' | 'unset'; readonly key: string }
  | { readonly kind: 'new-data-key' | 'encrypt-again' }
  | { readonly kind: 'back'; readonly by: number };

const key = fc.constantFrom('A', 'B', 'C');
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('set' as const), key }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('unset' as const), key }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('new-data-key' as const, 'encrypt-again' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('back' as const), by: fc.nat(6) }) },
);

/** A content that knows since when each of its values is there. */
interface Truth extends State {
  readonly born: Readonly<Record<string, number>>;
}

test('property: after any changes, each value is as old as it is', () => {
  let fresh = 0;
  const next = (name: string) => `${name}${(fresh += 1)}`;
  const encryptedAgain = ({ keys, born }: Truth): Truth => ({
    born,
    keys: Object.fromEntries(Object.keys(keys).map((key) => [key, [`${next('m')}:str 8`]])),
    wrapped: [next('w')],
  });
  const apply = (states: readonly Truth[], one: Change): Truth => {
    const now = states.at(-1)!;
    switch (one.kind) {
      case 'set':
        return {
          ...now,
          keys: { ...now.keys, [one.key]: [`${next('m')}:str 8`] },
          born: { ...now.born, [one.key]: states.length },
        };
      case 'unset': {
        const without = <T>(record: Readonly<Record<string, T>>) =>
          Object.fromEntries(Object.entries(record).filter(([key]) => key !== one.key));
        return { ...now, keys: without(now.keys), born: without(now.born) };
      }
      case 'new-data-key':
        return { ...now, wrapped: [next('w')] };
      case 'encrypt-again':
        return encryptedAgain(now);
      case 'back':
        return states.at(-1 - (one.by % states.length))!;
    }
  };
  fc.assert(
    fc.property(fc.array(change, { maxLength: 25 }), fc.boolean(), (changes, newestFirst) => {
      const states: Truth[] = [{ keys: {}, wrapped: [next('w')], born: {} }];
      for (const one of changes) states.push(apply(states, one));
      const steps = history(...states);
      const last = states.at(-1)!;
      const expected = Object.fromEntries(Object.entries(last.born).map(([key, at]) => [key, `c${at}`]));
      expect(originIds(newestFirst ? [...steps].reverse() : steps, last)).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});
