import { throwProblem } from '../../problem';
import { textDocuments, type Imported } from '../imported';

/**
 * The variables of an environment whose names begin with a prefix, by name, without the prefix.
 *
 * @throws ProblemError without a prefix, and where no variable has it
 */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  prefix: string | undefined,
): Imported {
  if (prefix === undefined || prefix === '')
    return throwProblem({
      code: 'noSource',
      what: 'no prefix specified: the whole environment is not the secret of one service',
      where: '--prefix',
      fix: 'Pass --prefix=USER_SERVICE_; the names are imported without it.',
    });
  const entries = Object.entries(environment).flatMap(([name, value]): [string, string][] =>
    value !== undefined && name.startsWith(prefix) && name.length > prefix.length
      ? [[name.slice(prefix.length), value]]
      : [],
  );
  if (entries.length === 0)
    throwProblem({
      code: 'noSource',
      what: `no variable of the environment begins with ${prefix}`,
      where: '--prefix',
      fix: 'Export the variables in this shell first, or pass another prefix.',
    });
  const invalid = entries.find(([, value]) => value.includes('\ufffd'));
  if (invalid)
    throwProblem({
      code: 'notText',
      what: `the value of ${prefix}${invalid[0]} is not UTF-8 text, so it would be another value`,
      where: `the environment (${prefix})`,
      fix: 'Unset it in this shell, or set it as base64 text; to keep bytes as they are, encrypt them as secrets/<stage>.enc.bin with npx sops-codec.',
    });
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    source: `the environment (${prefix})`,
    documents: textDocuments(sorted),
    normalised: [{ key: sorted.map(([name]) => name).join(', '), what: `${prefix} removed from the names` }],
    leftOut: [],
    notes: [],
  };
}
