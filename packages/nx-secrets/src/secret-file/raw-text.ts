import type { Comment, Document, Format, Item, Value } from 'sops-codec';
import type { Problem } from '../problem';

/**
 * The problem of a file whose text other programs may read otherwise than sops does. SOPS authenticates neither comments
 * nor the names of empty values: with a line break that only some readers know, whoever can commit would put a line of
 * their own into a text that is pushed raw. YAML and JSON are written so that no name or comment ends its line.
 *
 * @param path of the file, for messages
 */
export function ambiguousText(
  documents: readonly Document[],
  format: Format,
  path: string,
): Problem | undefined {
  if (format !== 'dotenv' && format !== 'ini') return undefined;
  const parts = documents.flatMap(({ items }) => items).flatMap(partsOf);
  const found = parts.find((part) => isAmbiguous(part, format));
  if (!found) return undefined;
  return {
    code: 'ambiguousText',
    what:
      found.kind === 'comment'
        ? 'a comment contains a line break other than a line feed, so some programs read another line'
        : `some programs read the name ${JSON.stringify(found.text)} as a name and a value`,
    where: path,
    fix: `Remove ${found.kind === 'comment' ? 'that character' : 'that key'}, or remove "output": "raw" in nx.json; then the values are pushed as JSON, without comments.`,
  };
}

interface Part {
  readonly kind: 'comment' | 'name';
  readonly text: string;
}

function partsOf(item: Item | Comment): readonly Part[] {
  if (item.kind === 'comment') return [{ kind: 'comment', text: item.text }];
  return [{ kind: 'name', text: item.key }, ...partsBelow(item.value)];
}

const partsBelow = (value: Value): readonly Part[] =>
  value.kind === 'map' ? value.items.flatMap(partsOf) : [];

/** Line breaks of Unicode and of Python (str.splitlines), and NUL, at which programs in C end a text. */
const otherBreak = /[\0\r\v\f\x1c-\x1e\x85\u2028\u2029]/; // eslint-disable-line no-control-regex
/** Names that end at the first `=` for every reader: `NAME: value` is an assignment to some. */
const dotenvName = /^(?:export )?[^\s:'"`#]+$/;

function isAmbiguous({ kind, text }: Part, format: 'dotenv' | 'ini'): boolean {
  // A checkout with CRLF has a carriage return at the end of each comment.
  if (kind === 'comment') return otherBreak.test(text.replace(/\r$/, ''));
  return otherBreak.test(text) || (format === 'dotenv' && !dotenvName.test(text));
}
