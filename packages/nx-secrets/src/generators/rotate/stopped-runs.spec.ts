import type { FaultKind } from '../../testing/faults.test-kit';
import { isFailed } from '../../report';
import { createRotationStage, type How, type Run } from './revocation-play.test-kit';

// Every run here has a checkout of its own, and one that dies in this process would keep its lock.
jest.mock('proper-lockfile', () => ({ lock: async () => async () => undefined }));
jest.setTimeout(240_000);
// The waits before what failed is sent again are random parts of 100 ms.
beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(0));
afterEach(() => jest.restoreAllMocks());

/** What stops a run at one of its requests. */
// Killed before a request is as good as killed before the answer to the one before it.
const stops: Readonly<Record<string, (request: number) => Omit<Run, 'how'>>> = {
  'killed before its answer': (request) => ({ death: { request, effect: true } }),
  refused: (request) => ({ faults: [{ request, kind: 'denied' satisfies FaultKind }] }),
};
const hows: readonly How[] = ['key', 'revoke'];
const kinds: readonly (readonly [string, readonly string[]])[] = [
  ['a key of one region', []],
  ['a key with a replica', ['eu-central-1']],
];

/** What a failed run says of alias and file. */
const holds =
  /nothing was changed|as they were|opens with|whichever of them|under the new key|encrypted with the new key|open nothing any more|is not revoked/;

describe.each(kinds)('%s', (_, replicaRegions) => {
  let stage: Awaited<ReturnType<typeof createRotationStage>>;
  beforeAll(async () => {
    stage = await createRotationStage(replicaRegions);
  });
  afterAll(() => stage.close());

  const cases = hows.flatMap((how) => Object.keys(stops).map((stop) => [how, stop] as const));
  test.each(cases)(
    '--%s, each request %s: the file always opens, and the next run goes on',
    async (how, stop) => {
      let stopped = 0;
      for (let request = 0; ; request += 1) {
        await stage.setUp();
        const before = stage.aliased();
        const [ended] = await stage.oneByOne([{ how, ...stops[stop]!(request) }]);
        if (ended!.outcome && ended!.requests <= request) break;
        stopped += 1;
        expect(await stage.opensByAlias(0)).toBe(true);
        const isBegun = stage.aliased() !== before || stage.keysOfStage().length > 1;
        if (isBegun && ended?.outcome && isFailed(ended.outcome))
          expect(ended.outcome.problem.what).toMatch(holds);
        expect(new Set(await stage.valuesRead())).toEqual(new Set(['{"KEY":"value"}']));
        const [next] = await stage.oneByOne([{ how: 'key' }]);
        expect(next?.outcome && isFailed(next.outcome)).toBe(false);
        expect(stage.aliased()).not.toBe(before);
        expect(await stage.opensByAlias(0)).toBe(true);
        expect(await stage.isUnderOneKey(0)).toBe(true);
        expect(new Set(await stage.valuesRead())).toEqual(new Set(['{"KEY":"value"}']));
      }
      expect(stopped).toBeGreaterThan(10);
    },
  );
});
