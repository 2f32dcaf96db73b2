import { throwProblem, type Problem } from '../problem';
import { generate, type ProjectNames } from './commands';
import { didYouMean, validNames } from './did-you-mean';
import { optionsPlace, wrongType } from './read-fields';

/** What of the plugin's options tells which stages a service has. */
export interface StageChoice {
  readonly stages: ReadonlyMap<string, { readonly optIn?: boolean }>;
  readonly serviceStages: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads `services.*.stages`: the stages that a service has, in its order.
 *
 * @param known stages of nx.json; where it names none, the files decide and a service may name any
 * @param place where the option is, for messages
 * @throws ProblemError for what is not a list of names, and for a stage that nx.json does not have
 */
export function readServiceStages(raw: unknown, known: readonly string[], place: string): readonly string[] {
  const names = stageNames(raw, 'stages', place);
  assertStagesOf(names, known, 'stages', place);
  return [...new Set(names)];
}

/** @throws ProblemError for what is not a list of stage names */
export function stageNames(raw: unknown, option: string, place: string): readonly string[] {
  if (Array.isArray(raw) && raw.every((name): name is string => typeof name === 'string')) return raw;
  return throwProblem(wrongType(option, 'a list of stage names', place));
}

/** Refuses stages that nx.json does not have, where it has any. */
export function assertStagesOf(
  names: readonly string[],
  known: readonly string[],
  option: string,
  place: string,
): void {
  const unknown = known.length === 0 ? undefined : names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throwProblem({
    code: 'unknownStage',
    what: `${option} names stage "${unknown}", which is not among the stages of the workspace`,
    where: place,
    fix: `${validNames(unknown, known)} Or add it to "stages" of the plugin's options.`,
  });
}

/** The stages that nx.json gives a service, in its order: its own list, else all that are for every service. */
export const configuredStages = (root: string, { stages, serviceStages }: StageChoice): readonly string[] =>
  serviceStages.get(root) ?? [...stages].flatMap(([name, { optIn }]) => (optIn ? [] : [name]));

/** Whether a service may have a stage: of one that nx.json does not name at all, its files decide. */
export const mayHaveStage = (root: string, stage: string, { stages, serviceStages }: StageChoice): boolean =>
  serviceStages.get(root)?.includes(stage) ?? !stages.get(stage)?.optIn;

/** The stages of a service: those that nx.json gives it, and those of its files that it may have. */
export const stagesOfService = (
  root: string,
  files: readonly { readonly stage: string }[],
  options: StageChoice,
): readonly string[] => [
  ...new Set([
    ...configuredStages(root, options),
    ...files.map(({ stage }) => stage).filter((stage) => mayHaveStage(root, stage, options)),
  ]),
];

/** A service, as messages name it. */
interface NamedService {
  readonly name: string;
  readonly root: string;
}

type NamedChoice = StageChoice & { readonly projects: ProjectNames };

/**
 * The problem of a secret file of a stage that its service does not have; undefined where it has the stage.
 *
 * @param file its path is relative to the service
 */
export function stageNotOfService(
  { name, root }: NamedService,
  { stage, path }: { readonly stage: string; readonly path: string },
  options: NamedChoice,
): Problem | undefined {
  if (mayHaveStage(root, stage, options)) return undefined;
  return {
    code: 'stageNotOfService',
    what: `${name} has a secret file for stage ${stage}, but nx.json does not give it that stage`,
    where: root === '.' ? path : `${root}/${path}`,
    fix: `Give the service the stage:\n${stageCommand('add', root, stage, options)}\nOr remove its file:\n${stageCommand('remove', root, stage, options)}`,
  };
}

/** The problem of a stage that was asked for and that nx.json does not give the service. */
export const stageNotGiven = (
  { name, root }: NamedService,
  stage: string,
  options: NamedChoice,
): Problem => ({
  code: 'stageNotOfService',
  what: `nx.json does not give stage ${stage} to ${name}`,
  where: `${optionsPlace}, services["${root}"]`,
  fix: `${didYouMean(stage, configuredStages(root, options))}Its stages: ${configuredStages(root, options).join(', ') || 'none'}. To give it this one:\n${stageCommand('add', root, stage, options)}`,
});

const stageCommand = (
  action: 'add' | 'remove',
  root: string,
  stage: string,
  { projects }: NamedChoice,
): string => generate({ root, project: projects.get(root) }, 'stage', action, stage);
