import { guarded } from '../model/guarded';
import type { Path } from '../model/path';
import { createKmsKeyring } from '../recipients/kms-keyring';
import type { LoadEnvOptions, ReadOptions } from './documents';
import type { PlainObject, PlainValue } from './plain-object';
import { allValues, intoEnvironment, oneValue } from './readers';

export type { LoadEnvOptions, ReadOptions } from './documents';

const usual = () => createKmsKeyring({ rememberFor: 0 });

/**
 * All values of an encrypted file as a plain object. The MAC is checked and the data key filled with zeros.
 *
 * @param source a path or file: URL, or the content of a file as bytes
 * @throws SopsError `noFile`, and everything that `parse` and `decrypt` throw
 */
export const readSecrets = guarded(
  'readSecrets',
  (source: string | URL | Uint8Array, options: ReadOptions = {}): Promise<PlainObject> =>
    allValues(source, options, usual),
);

/**
 * One value of an encrypted file.
 *
 * @param key a key, or a path of keys and indexes
 * @throws SopsError `pathNotFound` where the file has no such value
 */
export const readSecret = guarded(
  'readSecret',
  (source: string | URL | Uint8Array, key: string | Path, options: ReadOptions = {}): Promise<PlainValue> =>
    oneValue(source, key, options, usual),
);

/**
 * Sets a variable of `process.env` for each top-level value of a file. Variables that exist stay as they are, as with
 * `node --env-file`; lists, mappings and null are left out.
 *
 * @returns the names of the variables that were set
 * @throws SopsError `unserializable` where the system would cut a name or a value; then no variable is set
 */
export const loadEnv = guarded(
  'loadEnv',
  (source: string | URL | Uint8Array, options: LoadEnvOptions = {}): Promise<readonly string[]> =>
    intoEnvironment(source, options, usual),
);
