import { throwProblem } from '../problem';
import { generateHere, shellWord } from './commands';
import { validNames } from './did-you-mean';

/** The first of the stages asked for that is not among the known ones. */
export const unknownStage = (asked: readonly string[], known: readonly string[]): string | undefined =>
  asked.find((stage) => !known.includes(stage));

/**
 * Refuses a stage that no service and no option of nx.json has.
 *
 * @param asked stages as option --stage gives them
 * @param known as `knownStages` gives them
 * @throws ProblemError naming the stage, and those that there are
 */
export function assertKnownStages(asked: readonly string[], known: readonly string[]): void {
  const unknown = unknownStage(asked, known);
  if (unknown === undefined) return;
  throwProblem({
    code: 'unknownStage',
    what: `no service has a stage "${unknown}"`,
    where: '--stage',
    fix:
      known.length > 0
        ? validNames(unknown, known)
        : `Create one first, in a service's folder:\n${generateHere('init', `--stages=${shellWord(unknown)}`)}`,
  });
}
