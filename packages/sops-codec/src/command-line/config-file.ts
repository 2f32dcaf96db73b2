import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { SopsError } from '../model/sops-error';
import { textOf, type Flags } from './arguments/flag';
import { systemReason } from './system-error';

/** How many folders are searched upwards. Source: sops `config/config.go` */
const maxDepth = 100;

/** Where a configuration was looked for. */
export interface FoundPath {
  readonly path: string | undefined;
  /** A file that looks like a configuration, but does not have its name. */
  readonly ignored?: string | undefined;
}

/** The path of the configuration in use; of none, where no folder has one. */
export function findPath(flags: Flags): FoundPath {
  const named = textOf(flags, 'config');
  if (named) return { path: resolve(named) };
  let ignored: string | undefined;
  let directory = process.cwd();
  for (let depth = 0; depth < maxDepth; depth += 1) {
    const path = join(directory, '.sops.yaml');
    if (existsSync(path)) return { path, ignored };
    const other = join(directory, '.sops.yml');
    if (ignored === undefined && existsSync(other)) ignored = other;
    if (dirname(directory) === directory) break;
    directory = dirname(directory);
  }
  return { path: undefined, ignored };
}

/** The text of a configuration. @throws SopsError `badConfig` where it cannot be read */
export function readText(path: string): string {
  try {
    return decodeConfig(readFileSync(path));
  } catch (error) {
    const reason = error instanceof TypeError ? 'it is neither UTF-8 nor UTF-16' : systemReason(error);
    throw new SopsError('badConfig', {
      what: `cannot read the SOPS configuration: ${reason}`,
      where: path,
      fix: 'Check --config, SOPS_CONFIG and the permissions of the file.',
      cause: error,
    });
  }
}

/**
 * Text as go-yaml decodes it: UTF-16 by its byte order mark, else UTF-8 with or without one.
 *
 * @throws TypeError for bytes that are neither
 */
function decodeConfig(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding, { fatal: true }).decode(bytes);
}
