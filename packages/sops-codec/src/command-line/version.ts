import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatVersion } from '../metadata/metadata';

/** The version of this package, and the release of sops that it follows. */
export function versionLine(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8'));
  const { version } = manifest as { readonly version: string };
  return `sops-codec ${version} (follows sops ${formatVersion})\n`;
}
