import { npmPackages } from '../interop/programs/npm-packages.mjs';

/** The newest Verdaccio that runs on Node 20. The version of node-fetch that it names is a tag, which npm cannot lock. */
export const verdaccio = npmPackages('registry', { verdaccio: '6.8.0' }, { 'node-fetch': '2.7.0' });

/** The package managers besides npm. */
export const packageManagers = npmPackages('package-managers', {
  pnpm: '12.4.2',
  yarn: '1.22.22',
  '@yarnpkg/cli-dist': '4.18.1',
  bun: '1.4.5',
});
