import { throwProblem, type Problem } from '../problem';
import { assertPlaceholders, fillPattern } from './pattern';
import { wrongType } from './read-fields';

/** Tags by name; values may have the placeholders `{service}` and `{stage}` until they are filled in. */
export type Tags = Readonly<Record<string, string>>;

/** Tags that nx-secrets sets itself, on keys and secrets (aws/tags.ts). */
const reserved = ['managed-by', 'service', 'stage', 'replaced-by', 'replaces', 'revoked'];

/** AWS takes 50 tags, of which nx-secrets needs some for itself. Source: KMS Developer Guide, "Tags in AWS KMS". */
const mostTags = 50 - reserved.length;

/** Source: Secrets Manager CreateSecret and KMS TagResource: letters, spaces, numbers and these characters. */
const refusedCharacter = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/u;

/**
 * Reads `tags` of nx.json: what keys and secrets are tagged with besides what nx-secrets sets.
 *
 * @param place where they are, for messages
 * @throws ProblemError for tags that AWS refuses, and for those that nx-secrets sets itself
 */
export function readTags(raw: object, place: string): Tags {
  if (Array.isArray(raw)) throwProblem(wrongType('tags', 'an object of tag names and values', place));
  const entries = Object.entries(raw) as [string, unknown][];
  const tags = entries.map(([name, value]): [string, string] => {
    if (typeof value !== 'string') return throwProblem(wrongType(`tags.${name}`, 'a text', place));
    const problem = nameProblem(name, place) ?? valueProblem(name, value, place);
    if (problem) throwProblem(problem);
    assertPlaceholders(`tags.${name}`, value, place);
    return [name, value];
  });
  const names = tags.map(([name]) => name.toLowerCase());
  const twice = tags.find(([name], index) => names.indexOf(name.toLowerCase()) !== index);
  if (twice)
    throwProblem(problemOf(twice[0], 'differs from another tag by upper and lower case only', place));
  assertCount(tags.length, place);
  return Object.fromEntries(tags);
}

/** Tags of all stages, with those of one stage over them. @throws ProblemError where there are too many */
export function tagsOfStage(tags: Tags, stageTags: Tags, place: string): Tags {
  const own = new Set(Object.keys(stageTags).map((name) => name.toLowerCase()));
  const others = Object.entries(tags).filter(([name]) => !own.has(name.toLowerCase()));
  const all = { ...Object.fromEntries(others), ...stageTags };
  assertCount(Object.keys(all).length, place);
  return all;
}

/** Tags with the placeholders filled in. @throws ProblemError where a value is then one that AWS refuses */
export const filledTags = (tags: Tags, service: string, stage: string, place: string): Tags =>
  Object.fromEntries(
    Object.entries(tags).map(([name, pattern]) => {
      const value = fillPattern(pattern, service, stage);
      const problem = valueProblem(name, value, place);
      return problem ? throwProblem(problem) : [name, value];
    }),
  );

function nameProblem(name: string, place: string): Problem | undefined {
  if (name === '') return problemOf(name, 'has no name', place);
  if (name.length > 128) return problemOf(name, 'has a name of more than 128 characters', place);
  const refused = refusedCharacter.exec(name);
  if (refused) return problemOf(name, `has "${refused[0]}" in its name, which AWS does not allow`, place);
  if (/^aws:/i.test(name)) return problemOf(name, 'begins with aws:, which AWS reserves', place);
  if (reserved.includes(name.toLowerCase())) return problemOf(name, 'is set by nx-secrets itself', place);
  return undefined;
}

function valueProblem(name: string, value: string, place: string): Problem | undefined {
  if (value.length > 256) return problemOf(name, 'has a value of more than 256 characters', place);
  const refused = refusedCharacter.exec(value.replaceAll(/\{(?:service|stage)\}/g, ''));
  if (!refused || /^[{}]$/.test(refused[0])) return undefined; // assertPlaceholders reports unknown placeholders.
  return problemOf(name, `has "${refused[0]}" in its value, which AWS does not allow`, place);
}

const problemOf = (name: string, what: string, place: string): Problem => ({
  code: 'badTag',
  what: `the tag "${name}" ${what}`,
  where: place,
  fix: 'Correct it in "tags": names of up to 128 and values of up to 256 letters, digits, spaces and _ . : / = + - @. The tags managed-by, service, stage, replaced-by, replaces and revoked are set by nx-secrets.',
});

function assertCount(count: number, place: string): void {
  if (count <= mostTags) return;
  throwProblem({
    code: 'badTag',
    what: `${count} tags are too many: AWS takes 50, and nx-secrets needs ${reserved.length} of them`,
    where: place,
    fix: `Keep ${mostTags} or fewer.`,
  });
}
