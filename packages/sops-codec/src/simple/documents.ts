import { withDataKey } from '../data-key/with-data-key';
import { decrypt, type DecryptOptions } from '../file/decrypt';
import { parse } from '../file/parse';
import { variableText } from '../formats/codec/variable-text';
import { formatOf } from '../formats/formats';
import { assertOptions, misuse } from '../model/guarded';
import { getValue, type Path } from '../model/path';
import { SopsError, withFileName } from '../model/sops-error';
import type { Document, Format } from '../model/tree';
import type { Keyring } from '../recipients/keyring-types';
import { plainValue, type PlainValue } from './plain-object';
import { contentOf, pathTo } from './source';

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

/** Options of all that read a file. */
export const readOptions: readonly string[] = ['format', 'keyring', 'ignoreMac'];

/** What is read: a file, or content. */
export interface Source {
  /** Undefined for content. */
  readonly path: string | undefined;
  readonly content: Uint8Array;
}

/** @throws SopsError `badUsage` for what is neither a path, nor a URL, nor bytes */
export async function sourceOf(source: unknown): Promise<Source> {
  if (source instanceof Uint8Array) return { path: undefined, content: source };
  if (typeof source !== 'string' && !(source instanceof URL))
    throw misuse('the source is neither a path nor a URL nor a Uint8Array');
  const path = pathTo(source);
  return { path, content: await contentOf(path) };
}

/** Runs a step with the documents of an encrypted file. `usual` gives the keyring where the options have none. */
export async function withDocuments<T>(
  from: string | URL | Uint8Array,
  options: ReadOptions,
  usual: () => Keyring,
  step: (documents: readonly Document[]) => T,
): Promise<T> {
  const { path, content } = await sourceOf(from);
  const { keyring = usual(), ignoreMac } = options;
  const format = options.format ?? (path === undefined ? 'yaml' : formatOf(path));
  return withFileName(path, () =>
    withDataKey(decrypt(parse(content, format), keyring, { ignoreMac }), ({ documents }) => step(documents)),
  );
}

/** The value of a key or path. @throws SopsError `pathNotFound` */
export function valueAt(documents: readonly Document[], path: Path): PlainValue {
  const value = getValue(documents, path);
  if (value !== undefined) return plainValue(value);
  throw new SopsError('pathNotFound', {
    what: 'the path does not exist in the file',
    where: path.map(String).join(' → '),
    fix: 'Look at the keys of the file: they are not encrypted.',
  });
}

/** The path that a caller names. */
export function pathOf(key: string | Path): Path {
  const path: unknown = typeof key === 'string' ? [key] : key;
  if (!Array.isArray(path)) throw misuse('the key is neither a text nor a path');
  return path as Path;
}

/** @throws SopsError `badUsage` for options that do not exist */
export function assertLoadOptions(options: LoadEnvOptions): void {
  assertOptions(options, [...readOptions, 'override', 'only'], 'loadEnv');
  const only: unknown = options.only;
  if (only !== undefined && typeof only !== 'function' && !Array.isArray(only))
    throw misuse('"only" is neither a list of names nor a function');
}

/** Sets variables of `process.env`. Returns their names. */
export function setVariables(
  [document]: readonly Document[],
  { only, override }: Pick<LoadEnvOptions, 'only' | 'override'>,
): readonly string[] {
  const variables = (document?.items ?? []).flatMap((item): [string, string][] => {
    if (item.kind === 'comment' || ['map', 'list', 'null'].includes(item.value.kind)) return [];
    if (!isWanted(item.key, only)) return [];
    if (process.env[item.key] !== undefined && override !== true) return [];
    return [[item.key, variableText(item.value, item.key)]];
  });
  for (const [name, value] of variables) process.env[name] = value;
  return variables.map(([name]) => name);
}

function isWanted(name: string, only: LoadEnvOptions['only']): boolean {
  if (only === undefined) return true;
  return typeof only === 'function' ? only(name) : only.includes(name);
}
