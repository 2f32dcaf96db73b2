import { throwProblem } from '../problem';
import { didYouMean } from './did-you-mean';

/**
 * Refuses a name given to `--overwrite` or `--adopt` that nothing in the workspace has: it would override nothing, and the run
 * would end as if the option had not been given.
 *
 * @param option as typed: `--overwrite`
 * @param noun what the names are of: `secret`
 * @param known names of all services and stages
 */
export function assertKnownNames(
  given: ReadonlySet<string>,
  known: readonly string[],
  option: string,
  noun: string,
): void {
  const unknown = [...given].find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const example = known[0] === undefined ? '' : `, as in ${option}=${known[0]}`;
  throwProblem({
    code: 'unknownName',
    what: `no service has a ${noun} ${unknown}`,
    where: option,
    fix: `${didYouMean(unknown, known)}Pass the full name as shown in the report${example}.`,
  });
}
