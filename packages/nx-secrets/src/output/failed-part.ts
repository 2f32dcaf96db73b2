import { renderProblem, throwProblem, type Problem } from '../problem';

/**
 * A sentence on how many of several things failed, right for every number.
 *
 * @param noun one of them, and several
 * @param done what was to be done: `rotated`
 */
export function failedPart(
  failed: number,
  all: number,
  [one, several]: readonly [one: string, several: string],
  done: string,
): string {
  if (all === 1) return `the ${one} could not be ${done}`;
  if (failed === all) return `none of the ${all} ${several} could be ${done}`;
  const others = all - failed;
  return `${failed} of ${all} ${several} could not be ${done}; ${others === 1 ? 'the other one is' : `the other ${others} are`} done`;
}

/**
 * Throws the problems of things that were done one after the other, as one.
 *
 * @param all how many there were
 * @param noun one of them, and several
 * @param done what was to be done
 */
export function throwFailures(
  problems: readonly Problem[],
  all: number,
  noun: readonly [one: string, several: string],
  done: string,
): void {
  const [first, ...others] = problems;
  if (first === undefined) return;
  if (others.length === 0) throwProblem(first);
  throwProblem({
    code: 'partlyFailed',
    what: failedPart(problems.length, all, noun, done),
    fix: `See each:\n${problems.map(renderProblem).join('\n')}`,
  });
}
