import { isDeepStrictEqual } from 'node:util';
import type { Document } from './tree';

/** Whether two lists of documents are the same: same values of the same types, same order, same comments. */
export const sameDocuments = (a: readonly Document[], b: readonly Document[]): boolean =>
  a === b || isDeepStrictEqual(a, b);
