import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the programs of the interop runs live: outside the tree, so that a fresh clone finds them again. */
export const cacheFolder = join(
  process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
  'nx-secrets-interop',
);
