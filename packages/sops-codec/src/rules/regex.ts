import type { RE2JS } from 're2js';
import { SopsError } from '../model/sops-error';

/** An unanchored search for a pattern, as Go's regexp does it. */
export type Search = (text: string) => boolean;

/** Loaded for the first pattern: most files have none, and loading takes longer than decrypting a small file. */
const engine = (): typeof RE2JS =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- selection is not asynchronous
  (require('re2js') as { readonly RE2JS: typeof RE2JS }).RE2JS;

/**
 * Compiles an RE2 pattern. For sops an invalid one matches nothing, which can leave a whole file unencrypted; here it is
 * an error.
 *
 * @param where field or place, for the message
 * @throws SopsError `badRegex`
 */
export function compileRegex(pattern: string, where: string): Search {
  try {
    const regex = engine().compile(pattern);
    return (text) => regex.matcher(text).find();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown';
    throw new SopsError('badRegex', {
      what: `not an RE2 regular expression: ${reason}`,
      where,
      fix: 'Correct the pattern (https://github.com/google/re2/wiki/Syntax): RE2 has no look-around and no back-references.',
      cause,
    });
  }
}
