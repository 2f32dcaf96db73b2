import type { Problem } from '../problem';
import { pluginName } from '../workspace/plugin-name';

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
 * @returns a problem for each stage that lacks keys, by stage
 */
export function sameKeys(stages: readonly StageKeys[]): ReadonlyMap<string, Problem> {
  const havers = new Map<string, string[]>();
  for (const { stage, keys } of stages) {
    for (const key of new Set(keys)) havers.set(key, [...(havers.get(key) ?? []), stage]);
  }
  return new Map(
    stages.flatMap(({ stage, path, keys }): [string, Problem][] => {
      const own = new Set(keys);
      const missing = [...havers].filter(([key]) => !own.has(key));
      return missing.length > 0 ? [[stage, lacks(stage, path, missing)]] : [];
    }),
  );
}

const lacks = (stage: string, path: string, missing: readonly (readonly [string, readonly string[]])[]) => ({
  what: `stage ${stage} lacks ${missing.length === 1 ? 'a key' : `${missing.length} keys`} that other stages have: ${missing.map(([key, stages]) => `${key} (${stages.join(', ')})`).join(', ')}`,
  where: path,
  fix: [
    'In the folder of the service, for each key its value; with --empty behind it where the stage needs none:',
    ...missing.map(([key]) => `npx nx g ${pluginName()}:set ${shellWord(key)} --stage=${stage}`),
    'Or, where no stage needs it any more, --unset in the others.',
  ].join('\n'),
});

/** A key as a shell takes it: dots in a name have a backslash. */
const shellWord = (key: string): string =>
  /^[\w.:@/-]+$/.test(key) ? key : `'${key.replaceAll("'", "'\\''")}'`;
