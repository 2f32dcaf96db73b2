import type { Problem } from '../problem';
import { setKey, type Address } from '../config/commands';
import { optionsPlace } from '../config/read-fields';
import { isOptionalKey } from '../config/optional-keys';
import type { Options } from '../config/options';

/** The keys of one stage's secret file, by name. */
export interface StageKeys {
  readonly stage: string;
  /** Path of the file, relative to the workspace. */
  readonly path: string;
  readonly keys: readonly string[];
}

type OptionsOfService = Pick<Options, 'optional' | 'services'>;

/**
 * Whether all stages of a service have the same keys: a key that only one of them has is one that the service will miss
 * in the next; one that nx.json says a stage need not have is not missed. Names only.
 *
 * @param address of the service, for messages
 * @returns a problem for each stage that lacks keys, by stage
 */
export function sameKeys(
  stages: readonly StageKeys[],
  address: Address,
  options: OptionsOfService,
): ReadonlyMap<string, Problem> {
  const havers = new Map<string, string[]>();
  for (const { stage, keys } of stages) {
    for (const key of new Set(keys)) havers.set(key, [...(havers.get(key) ?? []), stage]);
  }
  return new Map(
    stages.flatMap(({ stage, path, keys }): [string, Problem][] => {
      const own = new Set(keys);
      const missing = [...havers].filter(
        ([key]) => !own.has(key) && !isOptionalKey(options.optional, address.root, stage, key),
      );
      return missing.length > 0 ? [[stage, lacks({ stage, path, address }, missing, options)]] : [];
    }),
  );
}

const lacks = (
  { stage, path, address }: Pick<StageKeys, 'stage' | 'path'> & { readonly address: Address },
  missing: readonly (readonly [string, readonly string[]])[],
  options: OptionsOfService,
): Problem => ({
  code: 'missingKeys',
  what: `stage ${stage} lacks ${missing.length === 1 ? 'a key' : `${missing.length} keys`} that other stages have: ${missing.map(([key, stages]) => `${key} (${stages.join(', ')})`).join(', ')}`,
  where: path,
  fix: [
    'Set each key:',
    ...missing.map(([key]) => setKey(address, stage, key)),
    `If the stage does not need ${missing.length === 1 ? 'it' : 'them'}, say so in ${optionsPlace}; other options of the service stay:`,
    optionalLine(
      address.root,
      stage,
      missing.map(([key]) => key),
      options,
    ),
    'If no stage needs it, remove it from the others with --unset.',
  ].join('\n'),
});

/** The option that lets a stage lack keys, for nx.json; a service that was a name alone keeps it. */
function optionalLine(
  root: string,
  stage: string,
  keys: readonly string[],
  { services, optional }: OptionsOfService,
): string {
  const name = services.get(root);
  const own = optional.filter((one) => one.root === root);
  const inAll = own.filter(({ stages }) => stages === undefined).map(({ key }) => key);
  const inSome = own.flatMap(({ key, stages }): [string, readonly string[]][] =>
    stages ? [[key, stages]] : [],
  );
  const added = keys.map((key): [string, readonly string[]] => [
    key,
    [...(inSome.find(([one]) => one === key)?.[1] ?? []), stage],
  ]);
  const merged = inAll.length > 0 ? [...inAll, ...keys] : Object.fromEntries(new Map([...inSome, ...added]));
  const entry = { ...(name === undefined ? {} : { name }), optional: merged };
  return `"services": ${JSON.stringify({ [root]: entry })}`;
}
