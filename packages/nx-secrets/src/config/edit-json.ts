import { applyEdits, findNodeAtLocation, modify, parse, parseTree, type JSONPath } from 'jsonc-parser';

type Value = unknown;

/**
 * A JSON text, comments allowed, with another content: only what differs is written, so comments, order and layout of the
 * rest stay.
 *
 * @param text as it is; an empty one counts as `{}`
 * @param after what it should say
 */
export function editJson(text: string, after: Readonly<Record<string, unknown>>): string {
  const start = text.trim() === '' ? '{}\n' : text;
  return changes(parse(start) as Value, after, []).reduce(apply, start);
}

interface Change {
  readonly path: JSONPath;
  /** Undefined removes what is at the path. */
  readonly value: Value;
  /** The value goes between elements of a list. */
  readonly inserts?: true;
}

function changes(before: Value, after: Value, path: JSONPath): readonly Change[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return listChanges(before, after, path);
  if (!isObject(before) || !isObject(after)) return [{ path, value: after }];
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return [
    ...gone.map((key) => ({ path: [...path, key], value: undefined })),
    ...Object.entries(after).flatMap(([key, value]): readonly Change[] =>
      Object.hasOwn(before, key)
        ? changes(before[key], value, [...path, key])
        : [{ path: [...path, key], value }],
    ),
  ];
}

/** Elements that are there twice or in another order are written as a whole. */
function listChanges(before: readonly Value[], after: readonly Value[], path: JSONPath): readonly Change[] {
  const ids = after.map((one) => JSON.stringify(one));
  const kept = before.filter((one) => ids.includes(JSON.stringify(one)));
  const isLonger = kept.every((one, index) => JSON.stringify(one) === ids[index]);
  if (isLonger && new Set(ids).size === ids.length) {
    const gone = before.flatMap((one, index) => (kept.includes(one) ? [] : [index])).reverse();
    return [
      ...gone.map((index) => ({ path: [...path, index], value: undefined })),
      ...after
        .slice(kept.length)
        .map((value, index): Change => ({ path: [...path, kept.length + index], value, inserts: true })),
    ];
  }
  if (before.length !== after.length) return [{ path, value: after }];
  return after.flatMap((value, index) => changes(before[index], value, [...path, index]));
}

function apply(text: string, { path, value, inserts }: Change): string {
  const options = { formattingOptions: layoutOf(text), isArrayInsertion: inserts ?? false };
  const edited = applyEdits(text, modify(text, path, value, options));
  const list = inserts && parseTree(text);
  const node = list && findNodeAtLocation(list, path.slice(0, -1));
  // A list on one line stays on one line; the library breaks it.
  const line = node && text.slice(node.offset, node.offset + node.length);
  if (!node || !line || /[\n\r]|\/[/*]/.test(line)) return edited;
  const elements = [...(parse(line) as readonly Value[]), value].map((one) => JSON.stringify(one));
  return `${text.slice(0, node.offset)}[${elements.join(', ')}]${text.slice(node.offset + node.length)}`;
}

/** Indentation and line ends as the text has them. */
function layoutOf(text: string) {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 2 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}

const isObject = (value: Value): value is Readonly<Record<string, Value>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
