import { throwProblem, type Problem } from '../problem';
import { validNames } from './did-you-mean';

/** Where options are, for messages. */
export const optionsPlace = 'nx.json, options of the secrets plugin';

/**
 * The fields of an object of options, each known and of its type.
 *
 * @param types the known fields, with the type of each
 * @param place where the object is, for messages
 * @throws ProblemError naming an unknown field and the known ones, or a field of the wrong type
 */
export function readFields(
  raw: unknown,
  types: Readonly<Record<string, 'string' | 'boolean' | 'number' | 'object'>>,
  place: string,
): Readonly<Record<string, unknown>> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    throwProblem(wrongType('the options', 'an object', place));
  for (const [name, value] of Object.entries(raw)) {
    const type = Object.hasOwn(types, name)
      ? types[name]
      : throwProblem(unknownOption(name, Object.keys(types), place));
    if (typeof value !== type || value === null)
      throwProblem(wrongType(name, `a value of type ${type}`, place));
  }
  return { ...raw };
}

/** The problem of an option that is not what it should be. */
export const wrongType = (name: string, wanted: string, place = optionsPlace): Problem => ({
  code: 'badOption',
  what: `${name} is not ${wanted}`,
  where: place,
  fix: `Write ${name} as ${wanted}; docs/options.md lists the options.`,
});

const unknownOption = (name: string, known: readonly string[], place: string): Problem => ({
  code: 'unknownOption',
  what: `unknown option "${name}"`,
  where: place,
  fix: validNames(name, known),
});
