import { throwProblem } from '../problem';
import { readCheckExceptions, type CheckException } from './check-exceptions';
import type { ProjectNames } from './commands';
import { assertPlaceholders } from './pattern';
import { publishedName } from './plugin-name';
import { optionsPlace as where, readFields, wrongType } from './read-fields';
import { readStages, type RawStageOptions, type StageOptions } from './stage-options';

export type { StageOptions } from './stage-options';

/** The plugin's options, checked and with their defaults. */
export interface Options {
  /** Configured stages in their order; empty where nx.json names none and the files decide. */
  readonly stages: ReadonlyMap<string, StageOptions>;
  /** Pattern of secret names. */
  readonly secretName: string;
  /** Pattern of key aliases, without the leading `alias/`. */
  readonly keyAlias: string;
  /** Service names that differ from the directory's, by project root. */
  readonly services: ReadonlyMap<string, string>;
  /** Output forms that are not the default, by project root. */
  readonly outputs: ReadonlyMap<string, OutputForm>;
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
}

/** The options as they are in nx.json, before `readOptions` has looked at them. */
export interface RawOptions {
  stages?: string[] | Record<string, RawStageOptions>;
  secretName?: string;
  keyAlias?: string;
  services?: Record<string, string | ServiceOptions>;
  checkExceptions?: readonly string[] | Readonly<Record<string, readonly string[]>>;
}

const optionTypes = {
  stages: 'object',
  secretName: 'string',
  keyAlias: 'string',
  services: 'object',
  checkExceptions: 'object',
} as const;
const serviceOptionTypes = { name: 'string', output: 'string' } as const;

/** Patterns used where nx.json gives none. */
export const defaultPatterns = {
  secretName: '/services/{service}/{stage}',
  keyAlias: '{service}-{stage}',
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
  return {
    stages: readStages(options.stages),
    secretName: pattern('secretName', options.secretName ?? defaultPatterns.secretName),
    keyAlias: pattern('keyAlias', options.keyAlias ?? defaultPatterns.keyAlias),
    ...readServices(options.services ?? {}),
    checkExceptions: readCheckExceptions(options.checkExceptions),
    projects,
    pluginName,
  };
}

function readServices(raw: unknown): Pick<Options, 'services' | 'outputs'> {
  const services = new Map<string, string>();
  const outputs = new Map<string, OutputForm>();
  for (const [root, entry] of Object.entries(raw as object) as [string, unknown][]) {
    const place = `${where}, services["${root}"]`;
    const { name, output } = readFields(
      typeof entry === 'string' ? { name: entry } : entry,
      serviceOptionTypes,
      place,
    ) as { name?: string; output?: string };
    if (name !== undefined) services.set(root, name);
    if (output === 'raw') outputs.set(root, output);
    else if (output !== undefined && output !== 'json')
      throwProblem(wrongType('output', '"json" or "raw"', place));
  }
  return { services, outputs };
}

function pattern(option: 'secretName' | 'keyAlias', text: string): string {
  assertPlaceholders(option, text, where);
  if (!text.includes('{service}') || !text.includes('{stage}')) {
    throwProblem({
      code: 'ambiguousPattern',
      what: `${option} "${text}" must contain both {service} and {stage}`,
      where,
      fix: `Write it like "${defaultPatterns[option]}".`,
    });
  }
  return text;
}
