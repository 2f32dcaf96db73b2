import { throwProblem, type Problem } from '../problem';
import { assertPlaceholders } from './pattern';

/** Patterns from which the names of a secret and a key alias are made. */
export interface NamePatterns {
  /** Pattern of secret names. */
  readonly secretName: string;
  /** Pattern of key aliases, without the leading `alias/`. */
  readonly keyAlias: string;
}

/** Patterns of all services, and those that single services have instead. */
export interface PatternOptions extends NamePatterns {
  /** Patterns that one service has of its own, by project root. */
  readonly patterns: ReadonlyMap<string, Partial<NamePatterns>>;
}

/** Patterns used where nx.json gives none. */
export const defaultPatterns: NamePatterns = {
  secretName: '/services/{service}/{stage}',
  keyAlias: '{service}-{stage}',
};

/** The patterns that hold for the service at a project root: its own, else those of all services. */
export const patternsOf = (
  { secretName, keyAlias, patterns }: PatternOptions,
  root: string,
): NamePatterns => ({
  secretName,
  keyAlias,
  ...patterns.get(root),
});

/** A pattern for all services. @throws ProblemError where it would give two services or stages the same name */
export function readPattern(option: keyof NamePatterns, text: string, place: string): string {
  assertPattern(option, text, place);
  if (!text.includes('{service}') || !text.includes('{stage}')) {
    throwProblem({
      code: 'ambiguousPattern',
      what: `${option} "${text}" must contain both {service} and {stage}`,
      where: place,
      fix: `Write it like "${defaultPatterns[option]}".`,
    });
  }
  return text;
}

/**
 * The patterns of one service, where it has any: `{service}` need not be in them, since they are about this one.
 *
 * @throws ProblemError where one would give two stages the same name
 */
export function readServicePatterns(
  patterns: { readonly [option in keyof NamePatterns]?: string | undefined },
  place: string,
): Partial<NamePatterns> | undefined {
  const found = (['secretName', 'keyAlias'] as const).flatMap((option): [string, string][] => {
    const text = patterns[option];
    return text === undefined ? [] : [[option, readServicePattern(option, text, place)]];
  });
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

function readServicePattern(option: keyof NamePatterns, text: string, place: string): string {
  assertPattern(option, text, place);
  if (!text.includes('{stage}')) {
    throwProblem({
      code: 'ambiguousPattern',
      what: `${option} "${text}" must contain {stage}`,
      where: place,
      fix: `Write it like "${option === 'secretName' ? '/team/orders/{stage}' : 'team-orders-{stage}'}".`,
    });
  }
  return text;
}

function assertPattern(option: keyof NamePatterns, text: string, place: string): void {
  assertPlaceholders(option, text, place);
  if (option === 'keyAlias' && text.startsWith('alias/')) throwProblem(aliasTwice(text, place));
}

const aliasTwice = (text: string, place: string): Problem => ({
  code: 'badKeyAlias',
  what: `keyAlias "${text}" begins with alias/, which is added to it`,
  where: place,
  fix: `Write it without: "${text.slice('alias/'.length)}".`,
});
