import { isDeepStrictEqual } from 'node:util';
import {
  applyEdits,
  findNodeAtLocation,
  modify,
  parse,
  parseTree,
  type JSONPath,
  type Node,
} from 'jsonc-parser';

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
  const edited = changes(parse(start) as Value, after, []).reduce(apply, start);
  // Another layout is better than another content.
  return isDeepStrictEqual(parse(edited), after) ? edited : `${JSON.stringify(after, undefined, 2)}\n`;
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

/** Names are added and removed one by one; objects are changed in their places. Another order is written as a whole. */
function listChanges(before: readonly Value[], after: readonly Value[], path: JSONPath): readonly Change[] {
  const inserted = (from: number) =>
    after
      .slice(from)
      .map((value, index): Change => ({ path: [...path, from + index], value, inserts: true }));
  if ([...before, ...after].some((one) => typeof one === 'object')) {
    if (after.length < before.length) return [{ path, value: after }];
    const changed = before.flatMap((one, index) => changes(one, after[index], [...path, index]));
    return [...changed, ...inserted(before.length)];
  }
  const kept = before.filter((one) => after.includes(one));
  const isInOrder = kept.every((one, index) => one === after[index]);
  if (!isInOrder || new Set(before).size < before.length) return [{ path, value: after }];
  const gone = before.flatMap((one, index) => (after.includes(one) ? [] : [index])).reverse();
  return [...gone.map((index) => ({ path: [...path, index], value: undefined })), ...inserted(kept.length)];
}

function apply(text: string, change: Change): string {
  const { path, value, inserts } = change;
  const options = { formattingOptions: layoutOf(text), isArrayInsertion: inserts ?? false };
  return (
    onOneLine(text, change) ??
    behindLast(text, change) ??
    applyEdits(text, modify(text, path, value, options))
  );
}

const nodeAt = (text: string, path: JSONPath): Node | undefined => {
  const root = parseTree(text);
  return root && findNodeAtLocation(root, path);
};

/** Names in a list on one line stay on one line: the library would break it. */
function onOneLine(text: string, { path, value, inserts }: Change): string | undefined {
  const index = path.at(-1);
  const list = typeof index === 'number' ? nodeAt(text, path.slice(0, -1)) : undefined;
  if (!list || (value !== undefined && !inserts)) return undefined;
  const end = list.offset + list.length;
  const line = text.slice(list.offset, end);
  if (list.type !== 'array' || /[\n\r{]|\/[/*]/.test(line)) return undefined;
  const elements = parse(line) as readonly Value[];
  const changed = inserts ? [...elements, value] : elements.filter((_, at) => at !== index);
  const shown = changed.map((one) => JSON.stringify(one)).join(', ');
  return `${text.slice(0, list.offset)}[${shown}]${text.slice(end)}`;
}

/** A new field goes on a line behind the last one, and behind the comment that the last one has on its line. */
function behindLast(text: string, { path, value }: Change): string | undefined {
  const key = path.at(-1);
  const owner = typeof key === 'string' ? nodeAt(text, path.slice(0, -1)) : undefined;
  const last = owner?.type === 'object' ? owner.children?.at(-1) : undefined;
  if (!last || value === undefined || nodeAt(text, path)) return undefined;
  const end = last.offset + last.length;
  const [rest = '', comma = ''] =
    /^[ \t]*(,?)[ \t]*(?:\/\/[^\r\n]*|\/\*(?:(?!\*\/)[^\r\n])*\*\/)?[ \t]*(?=\r?\n)/.exec(text.slice(end)) ??
    [];
  const indent = /(?:^|\n)([ \t]*)$/.exec(text.slice(0, last.offset))?.[1];
  if (rest === '' && !/^\r?\n/.test(text.slice(end))) return undefined;
  if (indent === undefined) return undefined;
  const { unit, eol } = layoutOf(text);
  const json = JSON.stringify(value, undefined, unit).replaceAll('\n', `${eol}${indent}`);
  const field = `${eol}${indent}${JSON.stringify(key)}: ${json}`;
  return `${text.slice(0, end)}${comma === '' ? ',' : ''}${rest}${field}${text.slice(end + rest.length)}`;
}

/** Indentation and line ends as the text has them. */
function layoutOf(text: string) {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  return {
    unit: indent.startsWith('\t') ? '\t' : indent,
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 2 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}

const isObject = (value: Value): value is Readonly<Record<string, Value>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
