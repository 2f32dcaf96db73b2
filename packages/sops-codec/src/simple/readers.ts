import { assertOptions } from '../model/guarded';
import type { Path } from '../model/path';
import type { Keyring } from '../recipients/keyring';
import {
  assertLoadOptions,
  pathOf,
  readOptions,
  setVariables,
  valueAt,
  withDocuments,
  type LoadEnvOptions,
  type ReadOptions,
} from './documents';
import { plainObject, type PlainObject, type PlainValue } from './plain-object';

/** What is read: a path or URL, or the content itself. */
export type Source = string | URL | Uint8Array;

/** `readSecrets`, with the keyring that is used where the options name none. */
export async function allValues(
  source: Source,
  options: ReadOptions,
  usual: () => Keyring,
): Promise<PlainObject> {
  assertOptions(options, readOptions, 'readSecrets');
  return withDocuments(source, options, usual, plainObject);
}

/** `readSecret`, likewise. */
export async function oneValue(
  source: Source,
  key: string | Path,
  options: ReadOptions,
  usual: () => Keyring,
): Promise<PlainValue> {
  assertOptions(options, readOptions, 'readSecret');
  const path = pathOf(key);
  return withDocuments(source, options, usual, (documents) => valueAt(documents, path));
}

/** `loadEnv`, likewise. */
export async function intoEnvironment(
  source: Source,
  options: LoadEnvOptions,
  usual: () => Keyring,
): Promise<readonly string[]> {
  assertLoadOptions(options);
  return withDocuments(source, options, usual, (documents) => setVariables(documents, options));
}
