import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of this repository. */
export const repository = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where `npm run pack` puts the tarballs. */
export const tarballFolder = join(repository, 'dist/packages');

/** Folders of the published packages, under `packages/`. */
export const packageFolders = ['sops-codec', 'local-aws', 'nx-secrets'];

/** `package.json` of a published package. */
export function readManifest(folder) {
  return JSON.parse(readFileSync(join(repository, 'packages', folder, 'package.json'), 'utf8'));
}

/** Path of a published package's tarball, as `npm run pack` makes it. */
export function tarballOf(folder) {
  const { name, version } = readManifest(folder);
  return join(tarballFolder, `${name}-${version}.tgz`);
}
