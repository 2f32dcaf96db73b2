import { posix } from 'node:path';
import type { Document, EncryptedFile, Format, Path, Value } from 'sops-codec';
import { throwProblem, type Problem } from '../problem';
import { addressOf, setKey, stageOf } from '../config/commands';
import { keyPath, keyText } from './key-path';
import { pendingValuesIn } from './pending-values';

/**
 * The list of keys that a stage has yet to get a value for, next to its secret file: names only, one a line
 * (docs/decisions/0018). A stage with such keys is not pushed.
 */
export const keysToSetPath = (secretFile: string): string =>
  posix.join(posix.dirname(secretFile), `${stageOf(secretFile)}.to-set.txt`);

/** Whether a file of a service, by its path in it, is such a list. */
export const isKeysToSet = (path: string): boolean =>
  /^secrets\/[A-Za-z0-9][A-Za-z0-9_-]*\.to-set\.txt$/.test(path);

/** The text of a list. */
export const keysToSetText = (keys: readonly string[], stage: string): string =>
  [
    `# Keys that stage ${stage} has no value for yet; it is pushed once the generator "set" has given each one.`,
    '# Names only, never values. Setting a key takes it from this list, and so does --unset for one that the stage does not need.',
    ...keys,
    '',
  ].join('\n');

/**
 * The keys of a list, in its order.
 *
 * @param path of the list, for messages
 * @throws ProblemError for a line that is not a key's name: it may be a value, so it is not shown
 */
export function parseKeysToSet(text: string, path: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim());
  const bad = lines.findIndex((line) => !line.startsWith('#') && !fitsList(line));
  if (bad >= 0) throwProblem(notAName(path, bad + 1));
  return [...new Set(lines.filter((line) => line !== '' && !line.startsWith('#')))];
}

/** Whether a key's name can be in a list: one that could be taken for a value, or a comment, cannot. */
export const fitsList = (key: string): boolean => /^(?:[^\s=#\p{Cc}][^\s=\p{Cc}]*)?$/u.test(key);

const notAName = (path: string, line: number): Problem => ({
  code: 'badKeyToSet',
  what: `line ${line} is not the name of a key`,
  where: path,
  fix: `Write one name a line, without a value. If a value was there, it is in plaintext: set it, remove the line, and change the value if it was committed.\n${setKey(addressOf(path), listStage(path), 'KEY')}`,
});

const listStage = (path: string): string => posix.basename(path).replace(/\.to-set\.txt$/, '');

type ReadFile = Pick<EncryptedFile, 'documents' | 'format'>;

/** The keys of a file that have a value, pending ones included, as `set` takes them; places in lists as `[0]`. */
export const keysWithValue = ({ documents, format }: ReadFile, path: string): readonly string[] => [
  ...new Set(
    [
      ...documents.flatMap((document) => leafPaths(document, [])),
      ...pendingValuesIn(documents, path).map(({ keys }) => keys),
    ].map((keys) => keyText(keys, format)),
  ),
];

function leafPaths(value: Value | Document, path: Path): readonly Path[] {
  if (value.kind === 'map')
    return value.items.flatMap((item) =>
      item.kind === 'item' ? leafPaths(item.value, [...path, item.key]) : [],
    );
  if (value.kind === 'list')
    return value.elements
      .filter((element) => element.kind !== 'comment')
      .flatMap((element, index) => leafPaths(element, [...path, index]));
  return [path];
}

/** One spelling of a key for all: `["a"]["b"]` is `a.b`, and `a.0` is `a[0]`. */
export function sameSpelling(key: string, format: Format): string {
  try {
    return JSON.stringify(keyPath(key, format).map(String));
  } catch {
    return key;
  }
}

/** The keys of a list that a file has no value for. */
export function stillToSet(keys: readonly string[], file: ReadFile, path: string): readonly string[] {
  if (keys.length === 0) return keys;
  const set = new Set(keysWithValue(file, path).map((key) => sameSpelling(key, file.format)));
  return keys.filter((key) => !set.has(sameSpelling(key, file.format)));
}

/** Why a stage is not pushed; undefined where every key of its list has a value. */
export const keysToSetProblem = (
  keys: readonly string[],
  path: string,
  address = addressOf(path),
): Problem | undefined =>
  keys.length === 0
    ? undefined
    : {
        code: 'keysToSet',
        what: `stage ${stageOf(path)} has no value yet for ${keys.length === 1 ? '' : `${keys.length} keys: `}${keys.join(', ')}`,
        where: keysToSetPath(path),
        fix: [
          `Set ${keys.length === 1 ? 'it' : 'each'}; with --unset where the stage does not need the key:`,
          ...keys.map((key) => setKey(address, stageOf(path), key)),
        ].join('\n'),
      };
