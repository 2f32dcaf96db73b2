/** Follows sops v3.13.3: `stores/ini/store.go`. */
import { flatten, unflatten } from '../codec/flatten';
import { SopsError } from '../../model/sops-error';
import type { Document, Item, Mapping } from '../../model/tree';
import type { FormatCodec } from '../codec/format-codec';
import { scalarText } from '../codec/scalar-text';
import { notEncrypted } from '../codec/syntax-error';
import { readIni } from './read';
import { writeIni } from './write';

const section = 'sops';

/** INI files. Source: sops `stores/ini/store.go` and go-ini */
export const ini: FormatCodec = {
  readPlain: (bytes) => [readIni(bytes)],
  readEncrypted: (bytes) => {
    const { items } = readIni(bytes);
    const found = items.flatMap((item) =>
      item.kind === 'item' && item.key === section && item.value.kind === 'map' ? [item.value] : [],
    );
    const [metadata] = found;
    if (!metadata) throw notEncrypted();
    if (found.length > 1)
      throw new SopsError('badMetadata', {
        what: 'the metadata is defined twice',
        where: '[sops]',
        fix: 'Restore the file from Git.',
      });
    return {
      documents: [
        { kind: 'map', items: items.filter((item) => item.kind !== 'item' || item.key !== section) },
      ],
      metadata: unflatten(entriesOf(metadata)),
    };
  },
  writePlain: ([document]) => writeIni(document ?? emptyDocument),
  writeEncrypted: ([document], metadata) => {
    const items = flatten(metadata).map(([key, text]): Item => ({
      kind: 'item',
      key,
      value: { kind: 'str', text: text.replaceAll('\n', '\\n') },
    }));
    const block: Item = { kind: 'item', key: section, value: { kind: 'map', items } };
    return writeIni({ kind: 'map', items: [...(document?.items ?? []), block] });
  },
};

const emptyDocument: Document = { kind: 'map', items: [] };

/** Line breaks are written as `\n`; 3.13.0 and 3.13.1 wrote real ones. */
const entriesOf = ({ items }: Mapping): readonly (readonly [string, string])[] =>
  items.flatMap((item) =>
    item.kind === 'item'
      ? [[item.key, scalarText(item.value, item.key).replaceAll('\\n', '\n')] as const]
      : [],
  );
