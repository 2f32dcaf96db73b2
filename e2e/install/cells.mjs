import { packageManagerNames } from './package-managers.mjs';

/** The versions of Nx in the table of docs/install.md. */
const nxVersions = ['22.7.12', '23.2.1', '24.0.6'];

/** Each version and each package manager once or more: what every run plays. */
const selection = [
  ['22.7.12', 'npm'],
  ['22.7.12', 'yarn 4'],
  ['23.2.1', 'pnpm'],
  ['23.2.1', "yarn 4 Plug'n'Play"],
  ['24.0.6', 'yarn 1'],
  ['24.0.6', 'bun'],
];

/** Nx 22 does not read the lock file of this bun, whatever is installed. */
const isPossible = ([nx, manager]) => !(nx.startsWith('22.') && manager === 'bun');

/** What is played: `[version of Nx, package manager]`. */
export const cells =
  process.env.E2E_TABLE === 'whole'
    ? nxVersions.flatMap((nx) => packageManagerNames.map((manager) => [nx, manager])).filter(isPossible)
    : selection;
