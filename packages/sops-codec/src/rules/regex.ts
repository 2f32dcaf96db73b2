import type { RE2JS } from 're2js';
import { SopsError } from '../model/sops-error';

/** An unanchored search for a pattern, as Go's regexp does it. */
export type Search = (text: string) => boolean;

const compiled = new Map<string, Search>();

/**
 * Compiles an RE2 pattern. sops lets an invalid one match nothing, which can leave a whole file in clear; here it is
 * refused.
 *
 * @param where field or place, for the message
 * @throws SopsError for a pattern that is not RE2
 */
export function compileRegex(pattern: string, where: string): Search {
  const known = compiled.get(pattern);
  if (known) return known;
  const search = compile(pattern, where);
  if (compiled.size > 1_000) compiled.clear();
  compiled.set(pattern, search);
  return search;
}

/** Loaded for the first pattern: most files have none, and a small one opens in less time than this takes. */
const engine = (): typeof RE2JS =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- selection is not asynchronous
  (require('re2js') as { readonly RE2JS: typeof RE2JS }).RE2JS;

function compile(pattern: string, where: string): Search {
  try {
    const regex = engine().compile(pattern);
    return (text) => regex.matcher(text).find();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown';
    throw new SopsError('generic', {
      what: `not a regular expression of RE2: ${reason}`,
      where,
      fix: 'Correct the pattern (https://github.com/google/re2/wiki/Syntax): look-around and back-references do not exist there.',
    });
  }
}
