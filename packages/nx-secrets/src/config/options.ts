import { throwProblem } from '../problem';
import { readCheckExceptions, type CheckException } from './check-exceptions';
import type { ProjectNames } from './commands';
import { readForeignKeys, type ForeignKeys } from './foreign-keys';
import { readFormerly, type Formerly } from './former-names';
import { readOptionalKeys, type OptionalKey, type RawOptionalKeys } from './optional-keys';
import { publishedName } from './plugin-name';
import { optionsPlace as where, readFields, wrongType } from './read-fields';
import {
  defaultPatterns,
  readPattern,
  readServicePatterns,
  type NamePatterns,
  type PatternOptions,
} from './service-patterns';
import { readServiceStages } from './service-stages';
import { readStages, type RawStageOptions, type StageOptions } from './stage-options';
import { readTags, tagsOfStage, type Tags } from './tags';

export { defaultPatterns } from './service-patterns';
export type { StageOptions } from './stage-options';

/** The plugin's options, checked and with their defaults. */
export interface Options extends PatternOptions {
  /** Configured stages in their order; empty where nx.json names none and the files decide. */
  readonly stages: ReadonlyMap<string, StageOptions>;
  /** What keys and secrets of stages that nx.json does not name are tagged with besides; the others' are in `stages`. */
  readonly tags: Tags;
  /** Service names that differ from the directory's, by project root. */
  readonly services: ReadonlyMap<string, string>;
  /** Keys that somebody else makes, by project root and stage. */
  readonly foreignKeys: ForeignKeys;
  /** How services were called before, by project root, while a rename is under way. */
  readonly formerly: ReadonlyMap<string, Formerly>;
  /** Output forms that are not the default, by project root. */
  readonly outputs: ReadonlyMap<string, OutputForm>;
  /** The stages of services that do not have all of them, by project root. */
  readonly serviceStages: ReadonlyMap<string, readonly string[]>;
  /** Keys that a stage need not have although others have them. */
  readonly optional: readonly OptionalKey[];
  /** Files, or names in them, that `check-secrets` takes as they are. */
  readonly checkExceptions: readonly CheckException[];
  /** Names of the Nx projects by root, where Nx was asked: commands in messages go by them. */
  readonly projects: ProjectNames;
  /** The name under which the plugin is installed: nx.json has its options under it. */
  readonly pluginName: string;
}

/** What a text file is pushed as: a JSON object, or the decrypted text itself. */
export type OutputForm = 'json' | 'raw';

/** What nx.json says of one service. */
export interface ServiceOptions {
  readonly name?: string;
  readonly output?: OutputForm;
  readonly secretName?: string;
  readonly keyAlias?: string;
  readonly kmsKeyArn?: Readonly<Record<string, string>>;
  readonly stages?: readonly string[];
  readonly optional?: RawOptionalKeys;
  readonly formerly?: Formerly;
}

/** The options as they are in nx.json, before `readOptions` has looked at them. */
export interface RawOptions {
  stages?: string[] | Record<string, RawStageOptions>;
  secretName?: string;
  keyAlias?: string;
  tags?: Record<string, string>;
  services?: Record<string, string | ServiceOptions>;
  optional?: RawOptionalKeys;
  checkExceptions?: readonly string[] | Readonly<Record<string, readonly string[]>>;
}

const optionTypes = {
  stages: 'object',
  secretName: 'string',
  keyAlias: 'string',
  tags: 'object',
  services: 'object',
  optional: 'object',
  checkExceptions: 'object',
} as const;
const serviceOptionTypes = {
  name: 'string',
  output: 'string',
  secretName: 'string',
  keyAlias: 'string',
  kmsKeyArn: 'object',
  stages: 'object',
  optional: 'object',
  formerly: 'object',
} as const;

/**
 * Checks the plugin's options and fills in the defaults.
 *
 * @param raw the `options` of the plugin's entry in nx.json
 * @param projects names of the Nx projects, by root
 * @param pluginName the name under which the plugin is installed
 * @throws ProblemError naming an unknown option and the valid ones, or an option of the wrong type
 */
export function readOptions(
  raw: unknown,
  projects: ProjectNames = new Map(),
  pluginName: string = publishedName,
): Options {
  const options = readFields(raw ?? {}, optionTypes, where) as RawOptions;
  const tags = readTags(options.tags ?? {}, where);
  const stages = readStages(options.stages);
  const services = readServices(options.services ?? {}, stages);
  return {
    stages: tagged(stages, tags),
    tags,
    secretName: readPattern('secretName', options.secretName ?? defaultPatterns.secretName, where),
    keyAlias: readPattern('keyAlias', options.keyAlias ?? defaultPatterns.keyAlias, where),
    ...services,
    optional: [...readOptionalKeys(options.optional, [...stages.keys()], where), ...services.optional],
    checkExceptions: readCheckExceptions(options.checkExceptions),
    projects,
    pluginName,
  };
}

/** Stages with the tags of all stages besides their own. */
const tagged = (stages: ReadonlyMap<string, StageOptions>, tags: Tags): ReadonlyMap<string, StageOptions> =>
  new Map(
    [...stages].map(([name, stage]) => {
      const all = tagsOfStage(tags, stage.tags ?? {}, `${where}, stages.${name}`);
      return [name, Object.keys(all).length === 0 ? stage : { ...stage, tags: all }];
    }),
  );

function readServices(
  raw: unknown,
  configured: ReadonlyMap<string, StageOptions>,
): Pick<
  Options,
  'services' | 'outputs' | 'patterns' | 'foreignKeys' | 'formerly' | 'serviceStages' | 'optional'
> {
  const known = [...configured.keys()];
  const placeOf = (root: string) => `${where}, services["${root}"]`;
  const services = new Map<string, string>();
  const outputs = new Map<string, OutputForm>();
  const patterns = new Map<string, Partial<NamePatterns>>();
  const keyArns = new Map<string, unknown>();
  const formerly = new Map<string, Formerly>();
  const serviceStages = new Map<string, readonly string[]>();
  const allOptional: OptionalKey[] = [];
  for (const [root, entry] of Object.entries(raw as object) as [string, unknown][]) {
    const place = placeOf(root);
    const {
      name,
      output,
      stages,
      optional,
      kmsKeyArn,
      formerly: former,
      ...rest
    } = readFields(typeof entry === 'string' ? { name: entry } : entry, serviceOptionTypes, place) as Omit<
      ServiceOptions,
      'output' | 'stages' | 'optional' | 'kmsKeyArn' | 'formerly'
    > &
      Record<'stages' | 'optional' | 'kmsKeyArn', unknown> & {
        output?: string;
        formerly?: object;
      };
    if (stages !== undefined) serviceStages.set(root, readServiceStages(stages, known, place));
    allOptional.push(...readOptionalKeys(optional, known, place, root));
    if (kmsKeyArn !== undefined) keyArns.set(root, kmsKeyArn);
    if (name === '') throwProblem(wrongType('name', 'the name of a service', place));
    if (name !== undefined) services.set(root, name);
    if (former !== undefined) formerly.set(root, readFormerly(former, place));
    const own = readServicePatterns(rest, place);
    if (own) patterns.set(root, own);
    if (output === 'raw') outputs.set(root, output);
    else if (output !== undefined && output !== 'json')
      throwProblem(wrongType('output', '"json" or "raw"', place));
  }
  const foreignKeys = readForeignKeys(keyArns, { stages: configured, serviceStages }, placeOf);
  return { services, outputs, patterns, foreignKeys, formerly, serviceStages, optional: allOptional };
}
