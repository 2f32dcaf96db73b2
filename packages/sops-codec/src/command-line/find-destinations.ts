import { SopsError } from '../model/sops-error';
import { readDestinations, type DestinationRule } from '../rules/destination-rules';
import type { Flags } from './arguments/flag';
import { findPath, readText } from './config-file';

/** The rules by which files are published. @throws SopsError `badConfig` where no configuration is in use */
export function findDestinations(flags: Flags): readonly DestinationRule[] {
  const { path } = findPath(flags);
  if (path !== undefined) return readDestinations(readText(path), path);
  throw new SopsError('badConfig', {
    what: 'there is no .sops.yaml here or above',
    fix: 'Create one with destination_rules, or pass --config.',
  });
}
