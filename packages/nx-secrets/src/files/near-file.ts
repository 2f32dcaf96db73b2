import { readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { didYouMean } from '../config/did-you-mean';

/**
 * `Did you mean ".env"? ` where the folder of a path that does not exist has a name that is close. Reads names only.
 *
 * @param path absolute
 */
export const nearFile = async (path: string): Promise<string> =>
  didYouMean(basename(path), await readdir(dirname(path)).catch(() => []));
