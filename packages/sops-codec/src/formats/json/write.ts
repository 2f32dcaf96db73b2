/** Follows sops v3.13.3: `stores/json/store.go`. */
import { SopsError } from '../../model/sops-error';
import type { Leaf, Value } from '../../model/tree';

/**
 * Writes a value as sops prints it (Go's encoder): a tab per level, `<`, `>`, `&`, U+2028 and U+2029 escaped,
 * comments dropped.
 *
 * @param indent blanks per level; -1 is a tab
 * @throws SopsError `unserializable` for what cannot be represented in JSON
 */
export function writeJson(document: Value, indent: number, exact = false): string {
  const unit = indent < 0 ? '\t' : ' '.repeat(indent);
  return valueText(document, { unit, exact }, '\n');
}

interface Style {
  /** The indentation of one level. */
  readonly unit: string;
  /** Write -0 so that it is read again as a float: unencrypted values of an encrypted file must match the MAC. */
  readonly exact: boolean;
}

function valueText(value: Value, style: Style, line: string): string {
  const inner = line + style.unit;
  if (value.kind === 'map') {
    const items = value.items.flatMap((item) =>
      item.kind === 'item' ? [`${quote(item.key)}: ${valueText(item.value, style, inner)}`] : [],
    );
    return items.length === 0 ? '{}' : `{${inner}${items.join(`,${inner}`)}${line}}`;
  }
  if (value.kind === 'list') {
    const elements = value.elements.flatMap((element) =>
      element.kind === 'comment' ? [] : [valueText(element, style, inner)],
    );
    return elements.length === 0 ? '[]' : `[${inner}${elements.join(`,${inner}`)}${line}]`;
  }
  return leafText(value, style.exact);
}

function leafText(leaf: Leaf, exact: boolean): string {
  switch (leaf.kind) {
    case 'str':
    case 'time':
      return quote(leaf.text);
    case 'bytes':
      return quote(new TextDecoder().decode(leaf.bytes));
    case 'int':
    case 'bool':
      return String(leaf.value);
    case 'float':
      if (!Number.isFinite(leaf.value)) {
        throw new SopsError('unserializable', {
          what: 'infinity and NaN cannot be represented in JSON',
          fix: 'Use YAML, or make the value a string.',
        });
      }
      return Object.is(leaf.value, -0) ? (exact ? '-0.0' : '-0') : String(leaf.value);
    case 'null':
      return 'null';
  }
}

const quote = (text: string): string =>
  JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
