import { isFailed } from '../../report';
import { createRotationStage, type Ended, type How } from './revocation-play.test-kit';

// Every run here has a checkout of its own, and one that dies in this process would keep its lock.
jest.mock('proper-lockfile', () => ({ lock: async () => async () => undefined }));
jest.setTimeout(240_000);
// The waits before what failed is sent again are random parts of 100 ms.
beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(0));
afterEach(() => jest.restoreAllMocks());

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

  /** What holds after a run that was stopped. */
  async function expectGoesOn(before: string, ended: Ended) {
    expect(await stage.opensByAlias(0)).toBe(true);
    const isBegun = stage.aliased() !== before || stage.keysOfStage().length > 1;
    if (isBegun && ended.outcome && isFailed(ended.outcome))
      expect(ended.outcome.problem.what).toMatch(holds);
    expect(new Set(await stage.valuesRead())).toEqual(new Set(['{"KEY":"value"}']));
    const [next] = await stage.oneByOne([{ how: 'key' }]);
    expect(next?.outcome && isFailed(next.outcome)).toBe(false);
    expect(stage.aliased()).not.toBe(before);
    expect(await stage.opensByAlias(0)).toBe(true);
    expect(await stage.isUnderOneKey(0)).toBe(true);
    expect(new Set(await stage.valuesRead())).toEqual(new Set(['{"KEY":"value"}']));
  }

  test.each(hows)(
    '--%s, each request refused: the file always opens, and the next run goes on',
    async (how) => {
      let refused = 0;
      for (let request = 0; ; request += 1) {
        await stage.setUp();
        const before = stage.aliased();
        const [ended] = await stage.oneByOne([{ how, faults: [{ request, kind: 'denied' }] }]);
        if (ended!.requests <= request) break;
        refused += 1;
        await expectGoesOn(before, ended!);
      }
      expect(refused).toBeGreaterThan(10);
    },
  );

  test.each(hows)(
    '--%s killed in any state: the file always opens, and the next run goes on',
    async (how) => {
      const deaths = await stage.deathsOf([how]);
      expect(deaths.length).toBeGreaterThan(6);
      for (const death of deaths) {
        await stage.setUp();
        const before = stage.aliased();
        const [ended] = await stage.oneByOne([{ how, death }]);
        expect(ended?.outcome).toBeUndefined();
        await expectGoesOn(before, ended!);
      }
    },
  );
});
