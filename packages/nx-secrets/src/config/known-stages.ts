import { throwProblem, type Problem } from '../problem';
import { generateHere, shellWord } from './commands';
import { validNames } from './did-you-mean';

/** The first of the stages asked for that is not among the known ones. */
export const unknownStage = (asked: readonly string[], known: readonly string[]): string | undefined =>
  asked.find((stage) => !known.includes(stage));

/**
 * The problem of a stage that no service has, the same in every command; with a similar name where there is one.
 *
 * @param where option or file that names it
 * @param more what else can be done, behind the names that there are
 */
export const unknownStageProblem = (
  unknown: string,
  known: readonly string[],
  where = '--stage',
  more?: string,
): Problem => ({
  code: 'unknownStage',
  what: `no service has a stage "${unknown}"`,
  where,
  fix:
    known.length > 0
      ? [validNames(unknown, known), ...(more === undefined ? [] : [more])].join(' ')
      : `Create one first, in a service's folder:\n${generateHere('init', `--stages=${shellWord(unknown)}`)}`,
});

/**
 * Refuses a stage that no service and no option of nx.json has.
 *
 * @param asked stages as option --stage gives them
 * @param known as `knownStages` gives them
 * @throws ProblemError naming the stage, those that there are, and a similar one
 */
export function assertKnownStages(asked: readonly string[], known: readonly string[]): void {
  const unknown = unknownStage(asked, known);
  if (unknown !== undefined) throwProblem(unknownStageProblem(unknown, known));
}
