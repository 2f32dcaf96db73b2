import { packageManagerNames } from './package-managers.mjs';

/** The versions of Nx in the table of docs/install.md. */
const nxVersions = ['22.7.12', '23.2.1', '24.0.6'];

/** Each version, and each package manager but Plug'n'Play (two minutes of work, weekly): what every run plays. */
const selection = [
  ['22.7.12', 'npm'],
  ['22.7.12', 'yarn 4'],
  ['23.2.1', 'pnpm'],
  ['24.0.6', 'yarn 1'],
  ['24.0.6', 'bun'],
];

/** Nx 22 does not read the lock file of this bun, whatever is installed. */
const isPossible = ([nx, manager]) => !(nx.startsWith('22.') && manager === 'bun');

const isWhole = process.env.E2E_TABLE === 'whole';

/** Whether a cell plays a migration to the next release, too: in the selection one for each version of Nx, whose work it is. */
export const playsMigration = (nx, manager) =>
  isWhole || selection.find(([version]) => version === nx)?.[1] === manager;

/** What is played: `[version of Nx, package manager]`. */
export const cells = isWhole
  ? nxVersions.flatMap((nx) => packageManagerNames.map((manager) => [nx, manager])).filter(isPossible)
  : selection;
