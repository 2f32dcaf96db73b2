import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { SopsError } from '../model/sops-error';
import { readConfig, ruleFor, type CreationRule, type SopsConfig } from '../rules/creation-rules';
import { textOf, type Flags } from './recipient-flags';
import { systemReason } from './system-error';

/** A `.sops.yaml` with its folder. */
export interface FoundConfig extends SopsConfig {
  readonly directory: string;
}

/** How many folders are searched upwards. Source: sops `config/config.go` */
const maxDepth = 100;

/** The configuration in use: `--config`, `SOPS_CONFIG`, else the first `.sops.yaml` from the working directory upwards. */
export function findConfig(flags: Flags): FoundConfig | undefined {
  const named = textOf(flags, 'config') ?? process.env['SOPS_CONFIG'];
  const path = named ? resolve(named) : searchUpwards();
  if (path === undefined) return undefined;
  return { ...readConfig(readText(path), path), directory: dirname(path) };
}

function searchUpwards(): string | undefined {
  let directory = process.cwd();
  for (let depth = 0; depth < maxDepth; depth += 1) {
    const path = join(directory, '.sops.yaml');
    if (existsSync(path)) return path;
    if (dirname(directory) === directory) return undefined;
    directory = dirname(directory);
  }
  return undefined;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new SopsError('badConfig', {
      what: `cannot read the SOPS configuration: ${systemReason(error)}`,
      where: path,
      fix: 'Check --config, SOPS_CONFIG and the permissions of the file.',
      cause: error,
    });
  }
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
