import { join } from 'node:path';
import { repository } from '../tools/packages.mjs';

/** Where the built site is. */
export const builtSite = join(repository, 'tmp/site');
