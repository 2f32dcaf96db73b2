import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { SopsError } from '../model/sops-error';
import { readConfig, ruleFor, type CreationRule, type SopsConfig } from '../rules/creation-rules';
import { readStores, type StoreLayouts } from '../rules/stores';
import { textOf, type Flags } from './arguments/flag';
import { systemReason } from './system-error';

/** A `.sops.yaml` with its folder. */
export interface FoundConfig extends SopsConfig {
  readonly directory: string;
}

/** How many folders are searched upwards. Source: sops `config/config.go` */
const maxDepth = 100;

/** The configuration in use: `--config`, `SOPS_CONFIG`, else the first `.sops.yaml` from the working directory upwards. */
export function findConfig(flags: Flags): FoundConfig | undefined {
  const { path, ignored } = findPath(flags);
  if (ignored !== undefined)
    process.stderr.write(`ignoring ${ignored}: the configuration file must be called .sops.yaml\n`);
  if (path === undefined) return undefined;
  return { ...readConfig(readText(path), path), directory: dirname(path) };
}

/** The layouts that the configuration in use sets under `stores`. Most have none, and need not be parsed for that. */
export function findStores(flags: Flags): StoreLayouts {
  const { path } = findPath(flags);
  if (path === undefined) return {};
  const text = readText(path);
  return /\bstores\b/.test(text) ? readStores(text, path) : {};
}

interface FoundPath {
  readonly path: string | undefined;
  /** A file that looks like a configuration, but does not have its name. */
  readonly ignored?: string | undefined;
}

function findPath(flags: Flags): FoundPath {
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

function readText(path: string): string {
  try {
    return decodeConfig(readFileSync(path));
  } catch (error) {
    throw new SopsError('badConfig', {
      what: `cannot read the SOPS configuration: ${systemReason(error)}`,
      where: path,
      fix: 'Check --config, SOPS_CONFIG and the permissions of the file.',
      cause: error,
    });
  }
}

/** Text as go-yaml decodes it: UTF-16 by its byte order mark, else UTF-8 with or without one. */
function decodeConfig(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

/**
 * The creation rule for a file, if a configuration with rules is in use.
 *
 * @throws SopsError `noMatchingRule` where there are rules, but none for this file
 */
export function ruleForFile(config: FoundConfig | undefined, file: string): CreationRule | undefined {
  if (!config?.rules) return undefined;
  const absolute = resolve(file);
  const inside = absolute.startsWith(
    config.directory.endsWith(sep) ? config.directory : config.directory + sep,
  );
  const rule = ruleFor(config, inside ? relative(config.directory, absolute).replaceAll(sep, '/') : absolute);
  if (rule) return rule;
  throw new SopsError('noMatchingRule', {
    what: 'no matching creation rules found',
    where: `${file}, ${config.where}`,
    fix: 'Add a rule whose path_regex matches the path of the file.',
  });
}
