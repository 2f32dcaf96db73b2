import { parseLines } from 'dot-properties';
import type { Comment, Item } from 'sops-codec';
import { throwProblem, type Problem } from '../../problem';
import type { KeyNote, Reading } from '../imported';

/**
 * Reads a Java properties file: continued lines, `\u` escapes, `=`, `:` or a blank as separator. Dots are part of a name. A
 * key that is defined twice has its last value, as in Java. Source: java.util.Properties, `load`.
 *
 * @param source for messages
 * @throws ProblemError for an escape that Java refuses, or that is not a character
 */
export function readProperties(text: string, source: string): Reading {
  const items: (Item | Comment)[] = [];
  const normalised: KeyNote[] = [];
  const places = new Map<string, number>();
  assertEscapes(text, source);
  // Characters beyond ASCII that are not written as escapes.
  const raw = new Set(text.replaceAll(/^[ \t\f]*[#!].*$/gm, '').match(/[^\0-\x7f]/gu) ?? []);
  for (const line of parseLines(text)) {
    if (typeof line === 'string') {
      if (line !== '') items.push({ kind: 'comment', text: line.slice(1), inline: false });
      continue;
    }
    const [key = '', value = ''] = line;
    const item: Item = { kind: 'item', key, value: { kind: 'str', text: value } };
    if (/\p{Cs}/u.test(key + value)) throwProblem(badEscape(source));
    if ([...line.join('')].some((one) => raw.has(one)))
      normalised.push({ key, what: 'read as UTF-8; Java reads a stream of properties as ISO-8859-1' });
    const before = places.get(key);
    if (before === undefined) places.set(key, items.push(item) - 1);
    else {
      items[before] = item;
      normalised.push({ key, what: 'is defined again; the last definition counts' });
    }
  }
  return { documents: [{ kind: 'map', items }], normalised, leftOut: [], notes: [] };
}

/** Java refuses a `\u` without four digits in hexadecimal; the parser would take it for the letter u. */
function assertEscapes(text: string, source: string): void {
  text.split(/\r\n?|\n/).forEach((line, index) => {
    const isComment = /^[ \t\f]*[#!]/.test(line);
    if (!isComment && /(?<!\\)(?:\\\\)*\\u(?![0-9A-Fa-f]{4})/.test(line))
      throwProblem(badEscape(`${source}, line ${index + 1}`));
  });
}

const badEscape = (where: string): Problem => ({
  code: 'unreadableSource',
  what: 'an escape is not \\u with four digits in hexadecimal, or only half of a character',
  where,
  fix: 'Correct it: Java refuses it, or reads something else.',
});
