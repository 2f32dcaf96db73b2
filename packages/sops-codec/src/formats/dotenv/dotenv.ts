/** Follows sops v3.13.3: `stores/dotenv/store.go`, `stores/flatten.go`. */
import { flatten, unflatten } from '../codec/flatten';
import { SopsError } from '../../model/sops-error';
import type { Comment, Document, Item } from '../../model/tree';
import type { FormatCodec } from '../codec/format-codec';
import { scalarText } from '../codec/scalar-text';
import { notEncrypted, syntaxError } from '../codec/syntax-error';
import { textOrBytes } from '../../cipher/plaintext';

const prefix = 'sops_';
const newline = /\n/g;

/**
 * Dotenv files, as sops reads them: a line is `KEY=value` or `#comment`, nothing is trimmed or unquoted, and `\n` in a
 * value is a line break. Source: sops `stores/dotenv/store.go`
 */
export const dotenv: FormatCodec = {
  readPlain: (bytes) => [readLines(bytes)],
  readEncrypted: (bytes) => {
    const { items } = readLines(bytes);
    const isMetadata = (item: Item | Comment) => item.kind === 'item' && item.key.startsWith(prefix);
    const entries = items.flatMap((item): [string, string][] =>
      item.kind === 'item' && isMetadata(item)
        ? [[item.key.slice(prefix.length), scalarText(item.value, item.key)]]
        : [],
    );
    if (entries.length === 0) throw notEncrypted();
    return {
      documents: [{ kind: 'map', items: items.filter((item) => !isMetadata(item)) }],
      metadata: unflatten(entries),
    };
  },
  writePlain: ([document]) => writeLines(document?.items ?? []),
  writeEncrypted: ([document], metadata) => {
    const reserved = document?.items.find((item) => item.kind === 'item' && item.key.startsWith(prefix));
    if (reserved)
      throw new SopsError('alreadyEncrypted', {
        what: 'keys that begin with sops_ are reserved for SOPS',
        fix: 'Rename the key.',
      });
    const lines = flatten(metadata).map(([name, text]): Item => ({
      kind: 'item',
      key: prefix + name,
      value: { kind: 'str', text },
    }));
    return writeLines([...(document?.items ?? []), ...lines]);
  },
};

function readLines(bytes: Uint8Array): Document {
  // Latin-1 keeps bytes that are not UTF-8; each text is decoded separately.
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const items = lines.flatMap((line, index): (Item | Comment)[] => {
    if (line === '') return [];
    if (line.startsWith('#')) return [{ kind: 'comment', text: utf8(line.slice(1)), inline: false }];
    const cut = line.indexOf('=');
    if (cut < 0)
      throw syntaxError(
        'a line of the dotenv file has no "="',
        { line: index + 1, column: 1 },
        'Write it as KEY=value, or as a comment that begins with "#".',
      );
    const value = Buffer.from(line.slice(cut + 1).replaceAll('\\n', '\n'), 'latin1');
    return [{ kind: 'item', key: utf8(line.slice(0, cut)), value: textOrBytes(value) }];
  });
  return { kind: 'map', items };
}

const utf8 = (latin1: string) => Buffer.from(latin1, 'latin1').toString();

function writeLines(items: readonly (Item | Comment)[]): Uint8Array {
  const lines = items.map((item) => {
    if (item.kind === 'comment') return Buffer.from(`#${item.text}\n`);
    const value =
      item.value.kind === 'bytes'
        ? Buffer.from(item.value.bytes)
        : Buffer.from(scalarText(item.value, item.key));
    const escaped = Buffer.from(value.toString('latin1').replace(newline, '\\n'), 'latin1');
    return Buffer.concat([Buffer.from(`${item.key}=`), escaped, Buffer.from('\n')]);
  });
  return Buffer.concat(lines);
}
