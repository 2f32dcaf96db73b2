import { parseLines } from 'dot-properties';
import type { Comment, Item } from 'sops-codec';
import type { KeyNote, Reading } from '../imported';

/**
 * Reads a Java properties file: continued lines, `\u` escapes, `=`, `:` or a blank as separator. Dots are part of a name. A
 * key that is defined twice has its last value, as in Java. Source: java.util.Properties, `load`.
 */
export function readProperties(text: string): Reading {
  const items: (Item | Comment)[] = [];
  const normalised: KeyNote[] = [];
  for (const line of parseLines(text)) {
    if (typeof line === 'string') {
      if (line !== '') items.push({ kind: 'comment', text: line.slice(1), inline: false });
      continue;
    }
    const [key = '', value = ''] = line;
    const item: Item = { kind: 'item', key, value: { kind: 'str', text: value } };
    const before = items.findIndex((one) => one.kind === 'item' && one.key === key);
    if (before < 0) items.push(item);
    else {
      items[before] = item;
      normalised.push({ key, what: 'is defined again; the last definition counts' });
    }
  }
  return { documents: [{ kind: 'map', items }], normalised, leftOut: [], notes: [] };
}
