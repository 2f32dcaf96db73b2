import { dirname, relative, resolve, sep } from 'node:path';
import { SopsError } from '../model/sops-error';
import { readConfig, ruleFor, type CreationRule, type SopsConfig } from '../rules/creation-rules';
import type { Flags } from './arguments/flag';
import { findPath, readText } from './config-file';

/** A `.sops.yaml` with its folder. */
export interface FoundConfig extends SopsConfig {
  readonly directory: string;
}

/** The configuration in use: `--config`, `SOPS_CONFIG`, else the first `.sops.yaml` from the working directory upwards. */
export function findConfig(flags: Flags): FoundConfig | undefined {
  const { path, ignored } = findPath(flags);
  if (ignored !== undefined)
    process.stderr.write(`ignoring ${ignored}: the configuration file must be called .sops.yaml\n`);
  if (path === undefined) return undefined;
  return { ...readConfig(readText(path), path), directory: dirname(path) };
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
