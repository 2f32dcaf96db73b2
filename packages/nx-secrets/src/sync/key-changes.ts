import { serialize, type Document, type EncryptedFile, type Value } from 'sops-codec';
import { pendingValuesIn, type PendingValue } from '../secret-file/pending-values';
import { keyText } from '../secret-file/key-path';
import { pathEnds } from '../secret-file/leaves';

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
    return former === undefined
      ? []
      : [{ name, same: former === text, encrypted: isEncrypted(former, text) }];
  });
  // Where one value has the same ciphertext, the data key is the same, however it was wrapped again.
  const comparable =
    !before || sameWrappedKey(before, after) || both.some(({ same, encrypted }) => same && encrypted);
  const reencrypted = !comparable && both.some(({ encrypted }) => encrypted);
  return {
    added: missingFrom(old, now),
    removed: missingFrom(now, old),
    changed: both
      .filter(({ same, encrypted }) => !same && !(reencrypted && encrypted))
      .map(({ name }) => name),
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
  for (const [path, text] of documents.flatMap(pathTexts)) {
    const id = JSON.stringify(path);
    const name = format === 'binary' ? 'the content' : keyText(path, format);
    keys.set(id, { name, text: [keys.get(id)?.text ?? [], text].flat().join('\n') });
  }
  // A pending value, of somebody who may encrypt only, is a value like any other, though none of the file's data key.
  for (const { keys: path, file } of readablePending(documents)) {
    const id = JSON.stringify(path);
    const text = `pending ${Buffer.from(serialize(file)).toString('base64')}`;
    keys.set(id, { name: keyText(path, format), text });
  }
  return keys;
}

/** One that cannot be read is refused by the sync; here names are listed. */
function readablePending(documents: readonly Document[]): readonly PendingValue[] {
  try {
    return pendingValuesIn(documents, '');
  } catch {
    return [];
  }
}

/** The paths of a document, each with the text of its end; several documents have their numbers before their keys. */
const pathTexts = (
  document: Document,
  index: number,
  all: readonly Document[],
): readonly (readonly [path: readonly string[], text: string])[] =>
  pathEnds(document).map(({ path, value }) => [
    all.length > 1 ? [`document ${index + 1}`, ...path] : path,
    textOf(value),
  ]);

/** A text that is equal for equal leaves, and for what holds nothing. */
function textOf(end: Value): string {
  switch (end.kind) {
    case 'map':
      return '{}';
    case 'list':
      return '[]';
    case 'str':
    case 'time':
      return `${end.kind} ${end.text}`;
    case 'bytes':
      return `bytes ${Buffer.from(end.bytes).toString('base64')}`;
    case 'int':
    case 'bool':
      return `${end.kind} ${end.value}`;
    case 'float':
      return `float ${Object.is(end.value, -0) ? '-0' : end.value}`;
    case 'null':
      return 'null';
  }
}

/** Whether a value is encrypted in both revisions. */
const isEncrypted = (former: string, now: string) => [former, now].every((text) => /^str ENC\[/.test(text));

/** Whether the data key is wrapped the same for anybody: then it is the same. */
function sameWrappedKey(before: EncryptedFile, after: EncryptedFile): boolean {
  const known = new Set(before.metadata.groups.flat().map(({ enc }) => enc));
  return after.metadata.groups.flat().some(({ enc }) => known.has(enc));
}
