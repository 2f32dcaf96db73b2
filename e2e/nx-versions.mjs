/**
 * The versions of Nx that the runs are on. E2E_NX says which: `oldest` and `newest` run everything on that end of the
 * supported range; `all`, the default, runs the main job on both ends, a shorter one on those between, and everything else
 * on the version that this repository itself is built with.
 */
const oldest = { nx: '22.6.5', generated: true };
/** Its create-nx-workspace is not published yet. */
const newest = { nx: '24.0.0', generated: false };
const ownVersion = '23.2.1';
const ends = { oldest: [oldest], newest: [newest], all: [oldest, newest] };

const wanted = process.env.E2E_NX || 'all';
if (!Object.hasOwn(ends, wanted)) throw new Error(`E2E_NX=${wanted}: it is oldest, newest or all`);

/** Each runs the whole main job. */
export const wholeRuns = ends[wanted].map((version) => ({ ...version, shortName: true }));

/** Each runs the shorter one. */
export const shortRuns =
  wanted === 'all'
    ? // Workspaces that nothing generated, on 22.7, 23.2 and 24, are those of install.spec.mjs.
      [{ nx: ownVersion, generated: true, shortName: true }]
    : [];

/** What all other suites run on. */
export const nxVersion = wanted === 'all' ? ownVersion : ends[wanted][0].nx;

/** What runs on each version of Node. */
export const newestRun = { ...newest, shortName: true };
