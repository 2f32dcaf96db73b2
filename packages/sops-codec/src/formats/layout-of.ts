import { guarded } from '../model/guarded';
import type { Format } from '../model/tree';
import type { Layout } from './codec/format-codec';

/**
 * The layout that an encrypted file has, to be kept when it is written again: the indentation of its metadata in YAML, of
 * its first key in JSON. Empty where the content tells nothing, so that it is the usual one of the format.
 *
 * @param content of the file
 */
export const layoutOf = guarded('layoutOf', (content: string | Uint8Array, format: Format): Layout => {
  const text = typeof content === 'string' ? content : Buffer.from(content).toString();
  if (format === 'yaml') return yamlLayout(text);
  return format === 'json' || format === 'binary' ? jsonLayout(text) : {};
});

/** The metadata is a block mapping at the end of each document. go-yaml indents by 2 to 9. */
function yamlLayout(text: string): Layout {
  const [, blanks = ''] = /^sops: *\r?\n( +)[^\s#]/m.exec(text) ?? [];
  return blanks.length >= 2 && blanks.length <= 9 ? { indent: blanks.length } : {};
}

/** Below the brace is the first key. -1 is a tab. */
function jsonLayout(text: string): Layout {
  const [, blanks = ''] = /^\s*\{[^\S\n]*\n(\t| {1,100})"/.exec(text) ?? [];
  if (blanks === '') return {};
  return { indent: blanks === '\t' ? -1 : blanks.length };
}
