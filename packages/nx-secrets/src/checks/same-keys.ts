import type { Problem } from '../problem';
import { setKey, type Address } from '../config/commands';

/** The keys of one stage's secret file, by name. */
export interface StageKeys {
  readonly stage: string;
  /** Path of the file, relative to the workspace. */
  readonly path: string;
  readonly keys: readonly string[];
}

/**
 * Whether all stages of a service have the same keys: a key that only one of them has is one that the service will miss
 * in the next. Names only.
 *
 * @param address of the service, for messages
 * @returns a problem for each stage that lacks keys, by stage
 */
export function sameKeys(stages: readonly StageKeys[], address: Address): ReadonlyMap<string, Problem> {
  const havers = new Map<string, string[]>();
  for (const { stage, keys } of stages) {
    for (const key of new Set(keys)) havers.set(key, [...(havers.get(key) ?? []), stage]);
  }
  return new Map(
    stages.flatMap(({ stage, path, keys }): [string, Problem][] => {
      const own = new Set(keys);
      const missing = [...havers].filter(([key]) => !own.has(key));
      return missing.length > 0 ? [[stage, lacks({ stage, path, address }, missing)]] : [];
    }),
  );
}

const lacks = (
  { stage, path, address }: Pick<StageKeys, 'stage' | 'path'> & { readonly address: Address },
  missing: readonly (readonly [string, readonly string[]])[],
): Problem => ({
  code: 'missingKeys',
  what: `stage ${stage} lacks ${missing.length === 1 ? 'a key' : `${missing.length} keys`} that other stages have: ${missing.map(([key, stages]) => `${key} (${stages.join(', ')})`).join(', ')}`,
  where: path,
  fix: [
    'Set each key, with --empty where the stage needs no value:',
    ...missing.map(([key]) => setKey(address, stage, key)),
    'If no stage needs it, remove it from the others with --unset.',
  ].join('\n'),
});
