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
import { soundsSecret, type SecretNames, type Spelling } from './secret-names';
import { jsonPairs, yamlPairs } from './structured-pairs';
import { isValue, type Strictness } from './value';

/**
 * The names in a file that have a plaintext value: those of the secret files' keys; in dotenv files those that sound like a
 * secret as well.
 *
 * @param path relative to the service
 */
export function unencryptedNames(path: string, text: string, secrets: SecretNames): readonly string[] {
  const dotenv = isDotenv(path);
  if (!dotenv && !secrets.mentionedIn(text)) return [];
  const kind = fileKind(path);
  const illustrates = isManual(path) || isExample(path) || isOfTests(path);
  const strictness = illustrates ? 'lenient' : 'strict';
  const spelling = spellingIn(path, kind);
  const isPlaintext = (how: Strictness) => (pair: Pair) =>
    isValue(pair.value, how, secrets.isName) && isSecret(pair, secrets, spelling, dotenv);
  const found = [
    ...pairsOf(kind, text).filter(isPlaintext(strictness)),
    ...(kind === 'source' ? fallbackPairs(text).filter(isPlaintext('lenient')) : []),
  ];
  return [...new Set(found.map(({ path: keys }) => keys.join('.').slice(0, longestName)))];
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

function isSecret({ path, value }: Pair, secrets: SecretNames, spelling: Spelling, dotenv: boolean): boolean {
  return secrets.has(path, spelling) || (dotenv && soundsSecret(path.at(-1) ?? '', value));
}

function spellingIn(path: string, kind: FileKind): Spelling {
  const inTests = isOfTests(path) && !isSecretsByName(path);
  if (isManifest(path) || kind === 'documentation' || (kind === 'source' && inTests)) return 'distinctive';
  return kind === 'source' || inTests ? 'exact' : 'any';
}

function pairsOf(kind: FileKind, text: string): readonly Pair[] {
  switch (kind) {
    case 'json':
      // With comments in it, it is not JSON; what it says is in quotes all the same.
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
