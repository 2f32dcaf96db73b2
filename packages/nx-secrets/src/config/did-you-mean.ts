import { distance } from 'fastest-levenshtein';

/**
 * `Did you mean "prod"? ` where one of the known names is close to what was typed: letters swapped (`gpg` for `pgp` too), missing, or one too
 * many, one name the beginning of the other, or what was typed its end behind a slash. Empty where none is: a suggestion that is a guess misleads.
 */
export function didYouMean(typed: string, known: readonly string[]): string {
  const close = known.filter((name) => isClose(typed.toLowerCase(), name.toLowerCase()));
  const [best] = close.sort((a, b) => distance(typed, a) - distance(typed, b));
  return best === undefined ? '' : `Did you mean "${best}"? `;
}

function isClose(typed: string, name: string): boolean {
  const away = distance(typed, name);
  const swapped = away === 2 && lettersOf(typed) === lettersOf(name);
  const longer = Math.max(typed.length, name.length);
  const shorter = Math.min(typed.length, name.length);
  const begins = shorter >= 3 && (typed.startsWith(name) || name.startsWith(typed));
  const ends = shorter >= 3 && name.endsWith(`/${typed}`);
  return (
    swapped || begins || ends || away <= Math.min(2, Math.floor(longer / 4)) || (away === 1 && shorter >= 3)
  );
}

const lettersOf = (text: string): string => [...new Set(text)].sort().join('');

/** The fix for a name that is none of the known ones: what is close to it, and all of them. */
export const validNames = (typed: string, known: readonly string[]): string =>
  `${didYouMean(typed, known)}Valid: ${[...new Set(known)].join(', ')}.`;
