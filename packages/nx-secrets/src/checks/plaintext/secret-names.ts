/** The keys of a service's secret files, as other files may spell them. */
export interface SecretNames {
  /** The key of the secret files that a path of keys, or its end, is; undefined where it is none. */
  readonly keyOf: (path: readonly string[], spelling: Spelling) => string | undefined;
  /** Whether a text is nothing but such a name. */
  readonly isName: (text: string) => boolean;
  /** Whether a text has one of the names in it at all, in whatever spelling: a quick look before it is read. */
  readonly mentionedIn: (text: string) => boolean;
}

/**
 * How far a name may be from the key. Files that configure something: `database.url`, `databaseUrl` and `DATABASE_URL` are
 * one. In source code and manifests a key that is a common word (`name`, `token`) is only meant where it is spelled alike,
 * or not at all.
 */
export type Spelling = 'any' | 'exact' | 'distinctive';

interface Entry {
  /** The key, as `set` takes it. */
  readonly key: string;
  /** Names that the file has it by. */
  readonly spelled: Set<string>;
  readonly kind: 'distinctive' | 'secretive' | 'common';
}

/** The longest end of a path that is compared. */
const deepest = 8;

/** Prepares the keys of secret files (as `set` takes them) to be looked for. */
export function secretNames(keys: Iterable<string>): SecretNames {
  const entries = new Map<string, Entry>();
  const add = (name: string, key: string) => {
    const form = plain(name);
    if (form === '') return;
    const entry = entries.get(form) ?? { key, spelled: new Set(), kind: kindOf(name) };
    entry.spelled.add(name);
    entries.set(form, entry);
  };
  for (const key of keys) {
    add(key, key);
    const last = key.split(/(?<!\\)\./).at(-1) ?? key;
    if (kindOf(last) === 'distinctive') add(last, key);
  }
  // Between the parts of a nested name there may be anything: only its last word is looked for.
  const mentions = [
    ...new Set([...entries.values()].flatMap(({ spelled }) => [...spelled].map(lastPart))),
  ].map(plainBytes);
  return {
    keyOf: (path, spelling) => {
      for (let begin = Math.max(0, path.length - deepest); begin < path.length; begin += 1) {
        const end = path.slice(begin);
        const entry = entries.get(plain(end.join('.')));
        if (entry && fits(entry, end, begin === 0, spelling)) return entry.key;
      }
      return undefined;
    },
    isName: (text) => text.length < 200 && entries.has(plain(text)),
    mentionedIn: (text) => {
      const form = plainBytes(text);
      return mentions.some((mention) => form.includes(mention));
    },
  };
}

function fits({ kind, spelled }: Entry, end: readonly string[], whole: boolean, spelling: Spelling): boolean {
  if (kind === 'distinctive') return true;
  if (spelling === 'distinctive') return false;
  if (spelling === 'exact') return kind === 'secretive' && spelled.has(end.join('.'));
  return kind === 'secretive' || whole;
}

/** A name without case and signs: DATABASE_URL, database.url and databaseUrl are the same to whoever reads them. */
const plain = (name: string): string => name.replaceAll(/[^A-Za-z0-9\u0080-\uffff]+/g, '').toUpperCase();

/** The same for whole files: in bytes, which takes a tenth of the time. */
function plainBytes(text: string): Buffer {
  const bytes = Buffer.allocUnsafe(text.length);
  let length = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const isLower = code >= 97 && code <= 122;
    if (isLower) bytes[length++] = code - 32;
    else if ((code >= 65 && code <= 90) || (code >= 48 && code <= 57)) bytes[length++] = code;
    else if (code >= 128) bytes[length++] = code | 128;
  }
  return bytes.subarray(0, length);
}

const lastPart = (name: string): string => name.split('.').findLast((part) => plain(part) !== '') ?? name;

/** A name of two words or more can only mean the key; of the others, some can hardly mean anything but a secret. */
function kindOf(name: string): Entry['kind'] {
  const words = name.split(/[^\p{L}\p{N}]+|(?<=[\p{Ll}\p{N}])(?=\p{Lu})/u).filter(Boolean);
  if (words.length > 1) return 'distinctive';
  return /^(?:password|passwd|passphrase|secret|token|apikey|api_?key|credentials?|privatekey|pin|pwd|dsn)$/i.test(
    name,
  )
    ? 'secretive'
    : 'common';
}

/** Names that say that their value is a secret; those that browsers read say so, too. Flags and numbers about a secret are none. */
export const soundsSecret = (key: string, value: string): boolean =>
  /(?:SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS|PRIVATE_?KEY(?:_[A-Z]+)?|API_?KEY|ACCESS_?KEY|SECRET_?KEY)$/i.test(
    key,
  ) &&
  !/^(?:NEXT_PUBLIC|PUBLIC|VITE|REACT_APP|NX_PUBLIC|GATSBY|EXPO_PUBLIC|NUXT_PUBLIC)_/.test(key) &&
  !/^(?:true|false|\d{1,5})$/i.test(value);
