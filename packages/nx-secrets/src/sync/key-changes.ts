import { serialize, type Document, type EncryptedFile, type Leaf, type Value } from 'sops-codec';
import { pendingValuesIn, type PendingValue } from '../secret-file/pending-values';
import { keyText } from '../secret-file/key-path';

/** How the keys of two revisions of a secret file differ: names only, as `nx g …:set` takes them. */
export interface KeyChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Keys whose value has another ciphertext, or another clear text. */
  readonly changed: readonly string[];
  /** The data key is another one, so ciphertexts tell nothing: any encrypted value may have changed. */
  readonly reencrypted: boolean;
}

/**
 * Compares two revisions without opening them. Under one data key SOPS keeps the ciphertext of a value that stays the
 * same, so another ciphertext is another value (or the same one set again). Comments are left out; lists are compared by
 * place.
 *
 * @param before undefined where nothing is deployed: every key is new
 */
export function keyChanges(before: EncryptedFile | undefined, after: EncryptedFile): KeyChanges {
  const old = before ? keysOf(before) : new Map<string, Key>();
  const now = keysOf(after);
  const both = [...now].flatMap(([id, { name, text }]) => {
    const former = old.get(id)?.text;
    return former === undefined ? [] : [{ name, same: former === text, sealed: isSealed(former, text) }];
  });
  // Where one value has the same ciphertext, the data key is the same, however it was wrapped again.
  const comparable =
    !before || sameWrappedKey(before, after) || both.some(({ same, sealed }) => same && sealed);
  const reencrypted = !comparable && both.some(({ sealed }) => sealed);
  return {
    added: missingFrom(old, now),
    removed: missingFrom(now, old),
    changed: both.filter(({ same, sealed }) => !same && !(reencrypted && sealed)).map(({ name }) => name),
    reencrypted,
  };
}

/** A key by its printable name, with the text of its value as it is in the file: compared, never shown. */
interface Key {
  readonly name: string;
  readonly text: string;
}

type Keys = ReadonlyMap<string, Key>;

const missingFrom = (some: Keys, all: Keys): readonly string[] =>
  [...all].flatMap(([id, { name }]) => (some.has(id) ? [] : [name]));

/** The keys of a file. One that is defined twice has the texts of both values. */
function keysOf({ documents, format }: EncryptedFile): Keys {
  const keys = new Map<string, Key>();
  for (const [path, text] of documents.flatMap(leaves)) {
    const id = JSON.stringify(path);
    const name = format === 'binary' ? 'the content' : keyText(path, format);
    keys.set(id, { name, text: [keys.get(id)?.text ?? [], text].flat().join('\n') });
  }
  // An addition of somebody who may encrypt only is a value like any other, though none of the file's data key.
  for (const { keys: path, file } of readableAdditions(documents)) {
    const id = JSON.stringify(path);
    const text = `addition ${Buffer.from(serialize(file)).toString('base64')}`;
    keys.set(id, { name: keyText(path, format), text });
  }
  return keys;
}

/** One that cannot be read is refused by the sync; here names are listed. */
function readableAdditions(documents: readonly Document[]): readonly PendingValue[] {
  try {
    return pendingValuesIn(documents, '');
  } catch {
    return [];
  }
}

type KeyedText = readonly [path: readonly string[], text: string];

/** A file of several documents has the number of each before its keys. */
const leaves = (document: Document, index: number, all: readonly Document[]): readonly KeyedText[] =>
  document.items.flatMap((item) =>
    item.kind === 'item'
      ? leavesOf(item.value, all.length > 1 ? [`document ${index + 1}`, item.key] : [item.key])
      : [],
  );

/** The leaves below a value; an empty container is one itself. */
function leavesOf(value: Value, path: readonly string[]): readonly KeyedText[] {
  if (value.kind === 'map') {
    const items = value.items.filter((item) => item.kind === 'item');
    if (items.length === 0) return [[path, '{}']];
    return items.flatMap((item) => leavesOf(item.value, [...path, item.key]));
  }
  if (value.kind === 'list') {
    const elements = value.elements.filter((element) => element.kind !== 'comment');
    if (elements.length === 0) return [[path, '[]']];
    return elements.flatMap((element, index) => leavesOf(element, [...path, String(index)]));
  }
  return [[path, leafText(value)]];
}

/** A text that is equal for equal leaves. */
function leafText(leaf: Leaf): string {
  switch (leaf.kind) {
    case 'str':
    case 'time':
      return `${leaf.kind} ${leaf.text}`;
    case 'bytes':
      return `bytes ${Buffer.from(leaf.bytes).toString('base64')}`;
    case 'int':
    case 'bool':
      return `${leaf.kind} ${leaf.value}`;
    case 'float':
      return `float ${Object.is(leaf.value, -0) ? '-0' : leaf.value}`;
    case 'null':
      return 'null';
  }
}

/** Whether a value is encrypted in both revisions. */
const isSealed = (former: string, now: string) => [former, now].every((text) => /^str ENC\[/.test(text));

/** Whether the data key is wrapped the same for anybody: then it is the same. */
function sameWrappedKey(before: EncryptedFile, after: EncryptedFile): boolean {
  const known = new Set(before.metadata.groups.flat().map(({ enc }) => enc));
  return after.metadata.groups.flat().some(({ enc }) => known.has(enc));
}
