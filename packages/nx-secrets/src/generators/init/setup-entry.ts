import type { Names } from '../../config/names';
import { isFailed, type Entry, type Outcome } from '../../report';
import type { ServiceSetup } from './setup-request';

/** The entry of a stage in the report of `init`. */
export const entryOf = (
  { root }: Pick<ServiceSetup, 'root'>,
  { service, stage }: Names,
  path: string,
  outcome: Outcome,
): Entry => ({ service, stage, name: path, root, outcome });

/**
 * What became of a stage: of its file, else of its key.
 *
 * @param key undefined where the run looked after no key
 */
export function stageOutcome(
  file: 'written' | 'present' | 'later',
  key: Outcome | undefined,
  keyAlias: string,
): Outcome {
  const made = key && !isFailed(key) && key.kind !== 'unchanged' ? key : undefined;
  const kind = file === 'present' ? (made?.kind ?? 'unchanged') : file;
  return { kind, ...(made ? { note: `key ${keyAlias}: ${made.kind}` } : {}) };
}
