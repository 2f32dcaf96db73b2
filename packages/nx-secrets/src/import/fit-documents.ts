import type { Comment, Document, Format, Item, Leaf, Value } from 'sops-codec';
import { throwProblem } from '../problem';
import { keyText } from '../secret-file/key-path';
import { isPending } from '../secret-file/pending-values';
import type { KeyNote } from './imported';

/** Documents as a secret file's format can hold them, and what was changed for it. */
export interface Fitted {
  readonly documents: readonly Document[];
  readonly normalised: readonly KeyNote[];
  /** Comments that are not in the documents, and why. */
  readonly notes: readonly string[];
}

/**
 * Values in the form that a format has: in dotenv and INI files every value is a text, and in INI files keys without a
 * section are in DEFAULT; the other formats have no such section. Comments stay where the format keeps them: JSON has none,
 * and in INI files sops joins and moves them.
 *
 * @param where path of the secret file, for messages
 * @param keepsComments whether the file's rule encrypts comments
 * @throws ProblemError where the format cannot hold mappings or lists as deep as these
 */
export function fitDocuments(
  given: readonly Document[],
  format: Format,
  where: string,
  keepsComments = true,
): Fitted {
  const dropped = { unfit: 0, pending: 0, plain: 0 };
  const documents = given.map((one): Document =>
    withComments(one, (comment) => {
      if (isPending(comment)) dropped.pending += 1;
      else if (format === 'json' || format === 'ini') dropped.unfit += 1;
      else if (!keepsComments) dropped.plain += 1;
      else return format === 'yaml' ? comment : { ...comment, inline: false };
      return undefined;
    }),
  );
  return { ...fitValues(documents, format, where), notes: notesOn(dropped, format) };
}

const notesOn = (
  { unfit, pending, plain }: Readonly<Record<'unfit' | 'pending' | 'plain', number>>,
  format: Format,
): readonly string[] =>
  [
    {
      count: unfit,
      why: `secret files in YAML and dotenv keep comments, in ${format === 'ini' ? 'INI' : 'JSON'} they do not`,
    },
    { count: pending, why: 'a secret file takes such a comment for a value that somebody added' },
    { count: plain, why: "the file's rule would leave comments in plaintext" },
  ].flatMap(({ count, why }) =>
    count === 0 ? [] : [`${count} ${count === 1 ? 'comment was' : 'comments were'} not taken: ${why}.`],
  );

/** A value with each comment as `fit` gives it, or without it. */
function withComments<T extends Value>(value: T, fit: (comment: Comment) => Comment | undefined): T;
function withComments(value: Value, fit: (comment: Comment) => Comment | undefined): Value {
  if (value.kind === 'map')
    return {
      kind: 'map',
      items: value.items.flatMap((item) =>
        item.kind === 'comment' ? (fit(item) ?? []) : { ...item, value: withComments(item.value, fit) },
      ),
    };
  if (value.kind !== 'list') return value;
  return {
    kind: 'list',
    elements: value.elements.flatMap((one) =>
      one.kind === 'comment' ? (fit(one) ?? []) : withComments(one, fit),
    ),
  };
}

function fitValues(documents: readonly Document[], format: Format, where: string): Omit<Fitted, 'notes'> {
  const [document, ...rest] = documents;
  if (!document || rest.length > 0) return { documents, normalised: [] };
  if (format === 'yaml' || format === 'json')
    return { documents: [{ kind: 'map', items: document.items.flatMap(withoutDefault) }], normalised: [] };
  if (format === 'binary') return { documents, normalised: [] };
  const depth = format === 'ini' ? 2 : 1;
  const normalised: KeyNote[] = [];
  const texts: Document = { kind: 'map', items: document.items.map((item) => asText(item, [], depth)) };
  return { documents: [format === 'ini' ? withDefault(texts) : texts], normalised };

  function asText(
    item: Document['items'][number],
    path: readonly string[],
    left: number,
  ): Document['items'][number] {
    if (item.kind === 'comment') return item;
    const keys = [...path, item.key];
    const { value } = item;
    if (value.kind === 'map' && left > 1)
      return {
        ...item,
        value: { kind: 'map', items: value.items.map((one) => asText(one, keys, left - 1)) },
      };
    if (value.kind === 'map' || value.kind === 'list')
      return throwProblem(tooDeep(keyText(keys, 'yaml'), format, where));
    const text = leafText(value);
    if (value.kind !== 'str')
      normalised.push({ key: keyText(keys, format), what: `${value.kind} written as text` });
    return text === undefined ? item : { ...item, value: { kind: 'str', text } };
  }
}

/** The keys of the section that INI readers call DEFAULT, in its place. */
const withoutDefault = (item: Document['items'][number]): Document['items'] =>
  isDefault(item) ? item.value.items : [item];

const isDefault = (item: Document['items'][number]): item is Item & { readonly value: Document } =>
  item.kind === 'item' && item.key === 'DEFAULT' && item.value.kind === 'map';

function withDefault({ items }: Document): Document {
  const isTop = (item: Document['items'][number]) => item.kind === 'item' && item.value.kind !== 'map';
  const top = items.filter(isTop);
  if (top.length === 0) return { kind: 'map', items };
  const section = items.find(isDefault);
  const merged: Item = {
    kind: 'item',
    key: 'DEFAULT',
    value: { kind: 'map', items: [...(section?.value.items ?? []), ...top] },
  };
  return { kind: 'map', items: [merged, ...items.filter((item) => !isTop(item) && item !== section)] };
}

function leafText(leaf: Leaf): string | undefined {
  switch (leaf.kind) {
    case 'str':
      return 'text' in leaf ? leaf.text : undefined;
    case 'time':
      return leaf.text;
    case 'null':
      return '';
    case 'int':
    case 'bool':
    case 'float':
      return String(leaf.value);
    case 'bytes':
      return undefined;
  }
}

const tooDeep = (key: string, format: Format, where: string) => ({
  code: 'unfitForFormat' as const,
  what: `${key} holds keys or a list, which a ${format} file cannot`,
  where,
  fix: 'Import into a secret file in YAML or JSON. To replace a file that has no values yet, remove it first; --format=yaml is the default.',
});
