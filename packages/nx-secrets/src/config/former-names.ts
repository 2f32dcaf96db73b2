import { assertPlaceholders, fillPattern } from './pattern';
import { readFields, wrongType } from './read-fields';
import { throwProblem } from '../problem';
import type { NamePatterns } from './service-patterns';

/** How a service and its names were called before, as long as some read by these names. */
export interface Formerly extends NamePatterns {
  readonly name: string;
}

/** The names of a stage's secret and key before. */
export interface FormerNames {
  readonly service: string;
  readonly secretName: string;
  readonly keyAlias: string;
}

const types = { name: 'string', secretName: 'string', keyAlias: 'string' } as const;

/** Reads `formerly` of a service. @throws ProblemError where it is not what `rename` writes */
export function readFormerly(raw: object, place: string): Formerly {
  const { name, secretName, keyAlias } = readFields(raw, types, `${place}, formerly`);
  if (typeof name !== 'string' || typeof secretName !== 'string' || typeof keyAlias !== 'string')
    return throwProblem(wrongType('formerly', 'an object with name, secretName and keyAlias', place));
  assertPlaceholders('secretName', secretName, place);
  assertPlaceholders('keyAlias', keyAlias, place);
  return { name, secretName, keyAlias };
}

/** The names of a stage before. */
export const formerNames = ({ name, secretName, keyAlias }: Formerly, stage: string): FormerNames => ({
  service: name,
  secretName: fillPattern(secretName, name, stage),
  keyAlias: `alias/${fillPattern(keyAlias, name, stage)}`,
});
