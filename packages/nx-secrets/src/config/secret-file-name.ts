import { posix } from 'node:path';
import type { Format } from 'sops-codec';

/** A secret file by its name alone. */
export interface SecretFile {
  readonly stage: string;
  readonly format: Format;
  /** Path relative to the service's root, with forward slashes. */
  readonly path: string;
}

const formats: ReadonlyMap<string, Format> = new Map([
  ['yaml', 'yaml'],
  ['json', 'json'],
  ['env', 'dotenv'],
  ['ini', 'ini'],
  ['bin', 'binary'],
]);

/** File extensions of secret files, in the order in which help and messages name them. */
export const extensions: readonly string[] = [...formats.keys()];

/** The folder of a service that holds its secret files. */
export const secretsFolder = 'secrets';

/** The secret file that a file name in `secrets/` stands for, or undefined where it is none. */
export function parseSecretFile(fileName: string): SecretFile | undefined {
  const [, stage, extension] = /^([A-Za-z0-9][A-Za-z0-9_-]*)\.enc\.([a-z]+)$/.exec(fileName) ?? [];
  const format = formats.get(extension ?? '');
  return stage && format ? { stage, format, path: `${secretsFolder}/${fileName}` } : undefined;
}

/** The path of a stage's secret file, relative to the service's root. */
export const secretFilePath = (stage: string, extension: string) =>
  `${secretsFolder}/${stage}.enc.${extension}`;

/** The secret files among the names in a service's `secrets/` folder, by stage and name. */
export function secretFilesAmong(fileNames: readonly string[]): readonly SecretFile[] {
  return [...fileNames].sort().flatMap((name) => parseSecretFile(name) ?? []);
}

/** The part of a path that says which secret file it is, or undefined for any other file. */
export const secretFileAt = (path: string): SecretFile | undefined =>
  posix.basename(posix.dirname(path)) === secretsFolder ? parseSecretFile(posix.basename(path)) : undefined;

/** The root of the service that a secret file is of, `.` for the workspace itself. */
export const serviceRootOf = (path: string): string => posix.dirname(posix.dirname(path));
