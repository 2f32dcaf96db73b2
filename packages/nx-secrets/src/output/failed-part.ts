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
