import { guarded, misuse } from '../model/guarded';
import { readFile } from 'node:fs/promises';
import { hasCode } from '../command-line/system-error';
import { withDataKey } from '../data-key/with-data-key';
import { decrypt, type DecryptOptions } from '../file/decrypt';
import { parse } from '../file/parse';
import { formatOf } from '../formats/formats';
import { variableText } from '../formats/codec/variable-text';
import { getValue, type Path } from '../model/path';
import { SopsError } from '../model/sops-error';
import type { Document, Format } from '../model/tree';
import { createKeyring, type Keyring } from '../recipients/keyring';
import { plainObject, plainValue, type PlainObject, type PlainValue } from './plain-object';

/** How a file is read. */
export interface ReadOptions extends DecryptOptions {
  /** The format; by the name of the file where absent, YAML for bytes. */
  readonly format?: Format | undefined;
  /** Unwraps the data key; a keyring of the environment where absent. Pass one for several files. */
  readonly keyring?: Keyring | undefined;
}

/** How variables are set. */
export interface LoadEnvOptions extends ReadOptions {
  /** Whether variables that exist are replaced. */
  readonly override?: boolean | undefined;
  /**
   * Names of the variables that may be set, or a function that decides by the name. Without it each is: also those that
   * change which code a program runs (`NODE_OPTIONS`, `LD_PRELOAD`, `PATH`), if the file has them.
   */
  readonly only?: readonly string[] | ((name: string) => boolean) | undefined;
}

/**
 * All values of an encrypted file as a plain object. The MAC is checked and the data key filled with zeros.
 *
 * @param source a path, or the content of a file as bytes
 * @throws SopsError `noFile`, and everything that `parse` and `decrypt` throw
 */
export const readSecrets = guarded(
  'readSecrets',
  async (source: string | Uint8Array, options: ReadOptions = {}): Promise<PlainObject> =>
    plainObject(await readDocuments(source, options)),
);

/**
 * One value of an encrypted file.
 *
 * @param key a key, or a path of keys and indexes
 * @throws SopsError `pathNotFound` where the file has no such value
 */
export const readSecret = guarded(
  'readSecret',
  async function readSecret(
    source: string | Uint8Array,
    key: string | Path,
    options: ReadOptions = {},
  ): Promise<PlainValue> {
    const path = typeof key === 'string' ? [key] : key;
    if (!Array.isArray(path)) throw misuse('the key is neither a text nor a path');
    const value = getValue(await readDocuments(source, options), path);
    if (value !== undefined) return plainValue(value);
    throw new SopsError('pathNotFound', {
      what: 'the path does not exist in the file',
      where: path.map(String).join(' → '),
      fix: 'Look at the keys of the file: they are not encrypted.',
    });
  },
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
  async function loadEnv(
    source: string | Uint8Array,
    options: LoadEnvOptions = {},
  ): Promise<readonly string[]> {
    const { only } = options;
    if (only !== undefined && typeof only !== 'function' && !Array.isArray(only))
      throw misuse('"only" is neither a list of names nor a function');
    const [document] = await readDocuments(source, options);
    const variables = (document?.items ?? []).flatMap((item): [string, string][] => {
      if (item.kind === 'comment' || ['map', 'list', 'null'].includes(item.value.kind)) return [];
      if (!isWanted(item.key, only)) return [];
      if (process.env[item.key] !== undefined && options.override !== true) return [];
      return [[item.key, variableText(item.value, item.key)]];
    });
    for (const [name, value] of variables) process.env[name] = value;
    return variables.map(([name]) => name);
  },
);

function isWanted(name: string, only: LoadEnvOptions['only']): boolean {
  if (only === undefined) return true;
  return typeof only === 'function' ? only(name) : only.includes(name);
}

async function readDocuments(
  source: string | Uint8Array,
  options: ReadOptions,
): Promise<readonly Document[]> {
  if (typeof source !== 'string' && !(source instanceof Uint8Array))
    throw misuse('the source is neither a path nor a Uint8Array');
  const { keyring = createKeyring({ rememberFor: 0 }), ignoreMac } = options;
  const format = options.format ?? (typeof source === 'string' ? formatOf(source) : 'yaml');
  const content = typeof source === 'string' ? await contentOf(source) : source;
  return withDataKey(decrypt(parse(content, format), keyring, { ignoreMac }), ({ documents }) => documents);
}

/**
 * The content of a file.
 *
 * @throws SopsError `noFile` or `unreadableInput`; `badUsage` where the path looks like the content of a file: no error may
 *   quote that
 */
export async function contentOf(path: string): Promise<Buffer> {
  assertPath(path);
  try {
    return await readFile(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** @throws SopsError `badUsage` where a text is the content of a file rather than a path */
export function assertPath(path: string): void {
  if (/[\n\r]/.test(path) || path.length > longestPath)
    throw misuse('the source is a text that is not a path; pass the content of a file as bytes');
}

/** PATH_MAX of Linux. */
const longestPath = 4_096;

/** The error of a file that cannot be read. */
export function unreadable(path: string, cause: unknown): SopsError {
  const isMissing = hasCode(cause, 'ENOENT');
  return new SopsError(isMissing ? 'noFile' : 'unreadableInput', {
    what: isMissing ? 'the file does not exist' : 'cannot read the file',
    where: path,
    fix: isMissing ? 'Check the path.' : 'Check its permissions.',
    cause,
  });
}
