import { fallbackPairs, sourcePairs } from './source-pairs';
import {
  fileKind,
  isDotenv,
  isExample,
  isManifest,
  isManual,
  isOfTests,
  isSecretsByName,
  type FileKind,
} from './file-kind';
import { linePairs } from './line-pairs';
import type { Pair } from './pair';
import { keyText } from '../../secret-file/key-path';
import { soundsSecret, type SecretNames, type Spelling } from './secret-names';
import { jsonPairs, yamlPairs } from './structured-pairs';
import { isValue, type Strictness } from './value';

/** A name that a file gives a plaintext value. */
export interface UnencryptedName {
  /** As messages show it. */
  readonly name: string;
  /** The key of the secret file that it is, or would be, as `set` takes it. */
  readonly key: string;
}

/**
 * The names in a file that have a plaintext value: those of the secret files' keys; in dotenv files those that sound like a
 * secret as well. Each once.
 *
 * @param path relative to the service
 */
export function unencryptedNames(
  path: string,
  text: string,
  secrets: SecretNames,
): readonly UnencryptedName[] {
  const dotenv = isDotenv(path);
  if (!dotenv && !secrets.mentionedIn(text)) return [];
  const kind = fileKind(path);
  const illustrates = isManual(path) || isExample(path) || isOfTests(path);
  const strictness = illustrates ? 'lenient' : 'strict';
  const spelling = spellingIn(path, kind);
  const plaintextIn = (pairs: readonly Pair[], how: Strictness) =>
    pairs.flatMap((pair): [string, UnencryptedName][] => {
      if (!isValue(pair.value, how, secrets.isName)) return [];
      const key = secrets.keyOf(pair.path, spelling) ?? (dotenv ? keyThatSoundsSecret(pair) : undefined);
      const name = pair.path.join('.').slice(0, longestName);
      return key === undefined ? [] : [[name, { name, key }]];
    });
  const found = new Map([
    ...plaintextIn(pairsOf(kind, text), strictness),
    ...plaintextIn(kind === 'source' ? fallbackPairs(text) : [], 'lenient'),
  ]);
  return [...found.values()];
}

/** Whether a file has any plaintext value, whatever its name; one that only tells where secrets are has none. */
export function hasValues(path: string, text: string): boolean {
  const pairs = pairsOf(fileKind(path), text);
  const isKubernetes = pairs.some(({ path: [first], value }) => first === 'kind' && value === 'Secret');
  const own = isKubernetes
    ? pairs.filter(({ path: [first = ''] }) => /^(?:string)?data$/i.test(first))
    : pairs;
  return (isKubernetes || !isDescribing(text)) && own.some(({ value }) => isValue(value, 'strict'));
}

/** Longer names are shown in part. */
const longestName = 100;

const keyThatSoundsSecret = ({ path, value }: Pair): string | undefined =>
  soundsSecret(path.at(-1) ?? '', value) ? keyText(path, 'yaml') : undefined;

function spellingIn(path: string, kind: FileKind): Spelling {
  const inTests = isOfTests(path) && !isSecretsByName(path);
  if (isManifest(path) || kind === 'documentation' || (kind === 'source' && inTests)) return 'distinctive';
  return kind === 'source' || inTests ? 'exact' : 'any';
}

function pairsOf(kind: FileKind, text: string): readonly Pair[] {
  switch (kind) {
    case 'json':
      // With comments in it, it is not JSON; what it says is in quotes anyway.
      return jsonPairs(text) ?? sourcePairs(text);
    case 'yaml':
      return yamlPairs(text) ?? [...linePairs(text), ...sourcePairs(text)];
    case 'source':
      return sourcePairs(text);
    case 'documentation':
      // "KEY: what it is for" is a sentence.
      return [...linePairs(text).filter(({ value }) => !/\s/.test(value)), ...sourcePairs(text)];
    case 'lines':
      return [...linePairs(text), ...sourcePairs(text)];
    case 'binary':
      return [];
  }
}

/** Manifests, templates and schemas that are about secrets. */
const isDescribing = (text: string): boolean =>
  /^\s*"?(?:apiVersion|AWSTemplateFormatVersion|Resources|\$schema|openapi|swagger|creation_rules|jobs|services)"?\s*:/m.test(
    text,
  );
