import type { OptionKind } from './executor-definition';
import type { TargetConfiguration } from '@nx/devkit';
import { throwProblem, type Problem } from '../../problem';
import { validNames } from '../../config/did-you-mean';
import type { ExecutorOptions, ExecutorDefinition } from './executor-definition';

/** What is not the verb's: `_`, `__overrides_unparsed__`, and what Nx takes itself. */
const ofNx = /^(_.*|verbose|\$schema)$/;

/**
 * The options that a verb was given. The schemas let anything through: in a batch, Nx ends with an unhandled rejection
 * that names no option.
 *
 * @throws ProblemError naming an option that is not the verb's, or not of its kind
 */
export function parseOptions<Options extends ExecutorOptions>(
  { name: verb, options: kinds }: Pick<ExecutorDefinition<Options>, 'name' | 'options'>,
  raw: Options,
): Options {
  const given = Object.entries(raw).flatMap(([name, value]): [string, unknown][] => {
    if (ofNx.test(name) || value === undefined) return [];
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (!kind) throwProblem(unknown(verb, name, Object.keys(kinds)));
    const read = readers[kind](value);
    return [[name, read ?? throwProblem(ofAnotherKind(verb, name, kind))]];
  });
  return { ...raw, ...Object.fromEntries(given) };
}

/**
 * The options with the configuration that was asked for. Where the target has none by that name, Nx runs it as if nothing
 * were passed: on all stages. So it means the stage, which is refused where nobody has it.
 *
 * @param asked the configuration that the command line asks for
 */
export const withConfiguration = <Options extends ExecutorOptions>(
  options: Options,
  target: TargetConfiguration | undefined,
  asked: string | undefined,
): Options =>
  !asked || options.stage !== undefined || Object.hasOwn(target?.configurations ?? {}, asked)
    ? options
    : { ...options, stage: [asked] };

const isText = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

function readNames(value: unknown): readonly string[] | undefined {
  const names = [value].flat();
  return names.every(isText) ? names.map(String) : undefined;
}

/** Each gives undefined for what is not of its kind. Nx makes numbers of what looks like one. */
const readers: Readonly<Record<OptionKind, (value: unknown) => unknown>> = {
  flag: (value) =>
    value === 'true' || value === 'false' ? value === 'true' : typeof value === 'boolean' ? value : undefined,
  names: readNames,
  'secret-names': readNames,
  'alias-names': readNames,
  'flag-or-names': (value) => {
    const given = [value].flat().map((one) => (one === 'true' || one === 'false' ? one === 'true' : one));
    if (!given.every((one) => isText(one) || typeof one === 'boolean')) return undefined;
    return given.map((one) => (typeof one === 'number' ? String(one) : one));
  },
  number: (value) => (Number.isFinite(Number(value)) && isText(value) ? Number(value) : undefined),
  text: (value) => (isText(value) ? String(value) : undefined),
};

const dashed = (name: string) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const unknown = (verb: string, name: string, known: readonly string[]): Problem => ({
  code: 'unknownOption',
  what: `${verb} has no option ${dashed(name)}`,
  where: verb,
  fix: validNames(dashed(name), known.map(dashed)),
});

const wanted: Readonly<Record<OptionKind, string>> = {
  flag: 'true or false',
  names: 'names separated by commas',
  'secret-names': 'names of secrets separated by commas',
  'alias-names': 'aliases of keys separated by commas',
  'flag-or-names': 'no value, or names separated by commas',
  number: 'a number',
  text: 'one value',
};

const example: Readonly<Record<OptionKind, string>> = {
  flag: 'true',
  names: '<name>',
  'secret-names': '/services/<service>/<stage>',
  'alias-names': 'alias/<service>-<stage>',
  'flag-or-names': '<name>',
  number: '<number>',
  text: '<value>',
};

const ofAnotherKind = (verb: string, name: string, kind: OptionKind): Problem => ({
  code: 'badOption',
  what: `${dashed(name)} takes ${wanted[kind]}`,
  where: verb,
  fix: kind === 'flag' ? `Pass ${dashed(name)} alone.` : `Pass ${dashed(name)}=${example[kind]}.`,
});
