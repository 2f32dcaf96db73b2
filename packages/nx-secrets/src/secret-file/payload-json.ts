import type { Leaf, Mapping, Value } from 'sops-codec';
import { throwProblem } from '../problem';

/**
 * A decrypted value as JSON text: in file order, with exact integers, timestamps as RFC 3339 text, comments dropped.
 *
 * @param keys path to the value, for messages
 * @param path of the file, for messages
 * @throws ProblemError where JSON cannot hold it; it names keys, never values
 */
export function json(value: Value, keys: readonly string[], path: string): string {
  switch (value.kind) {
    case 'map': {
      assertNoDuplicates(value, keys, path);
      const items = value.items.flatMap((item) =>
        item.kind === 'item'
          ? [`${JSON.stringify(item.key)}:${json(item.value, [...keys, item.key], path)}`]
          : [],
      );
      return `{${items.join(',')}}`;
    }
    case 'list': {
      const elements = value.elements.flatMap((element, index) =>
        element.kind === 'comment' ? [] : [json(element, [...keys, String(index)], path)],
      );
      return `[${elements.join(',')}]`;
    }
    default:
      return leafJson(value, keys, path);
  }
}

function leafJson(leaf: Leaf, keys: readonly string[], path: string): string {
  const refuse = (what: string, fix: string) =>
    throwProblem({ code: 'notJson', what: `"${keys.join('.')}" ${what}`, where: path, fix });
  switch (leaf.kind) {
    case 'str':
    case 'time':
      return JSON.stringify(leaf.text);
    case 'int':
    case 'bool':
      return String(leaf.value);
    case 'float':
      if (!Number.isFinite(leaf.value))
        return refuse(
          'is infinite or not a number, which cannot be represented in JSON',
          'Make it a string.',
        );
      return Object.is(leaf.value, -0) ? '-0' : String(leaf.value);
    case 'null':
      return 'null';
    case 'bytes':
      return refuse(
        'is not UTF-8 text, which cannot be represented in JSON',
        'Encode it as base64 text, or use a .enc.bin file.',
      );
  }
}

/** Readers of JSON keep one of two equal keys, and not all the same one. */
function assertNoDuplicates(mapping: Mapping, keys: readonly string[], path: string): void {
  const seen = new Set<string>();
  for (const item of mapping.items) {
    if (item.kind !== 'item') continue;
    if (seen.has(item.key)) {
      throwProblem({
        code: 'duplicateKey',
        what: `"${[...keys, item.key].join('.')}" is defined twice`,
        where: path,
        fix: 'Keep one of them.',
      });
    }
    seen.add(item.key);
  }
}
