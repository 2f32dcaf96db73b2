import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { packageFolders, readManifest, tarballOf } from '../packages.mjs';

/**
 * Writes files into a folder.
 *
 * @param {string} folder
 * @param {Readonly<Record<string, string | object>>} files by path; objects become JSON
 */
export async function writeFiles(folder, files) {
  for (const [path, content] of Object.entries(files)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
    await writeFile(target, text);
  }
}

/** The least that a workspace of Nx consists of, with Nx in a given version. */
export const plainWorkspace = (nx) => ({
  'package.json': {
    name: 'acme',
    version: '0.0.0',
    private: true,
    devDependencies: { nx },
  },
  'nx.json': { analytics: false, defaultBase: 'main' },
  '.gitignore': 'node_modules/\n.nx/\n',
});

/** What `npm install` is given for the packed packages, until they are on npm. */
export const tarballs = packageFolders.map((folder) => `file:${tarballOf(folder)}`);

/** The same packages by name, for a registry that has them. */
export const packageNames = packageFolders.map((folder) => readManifest(folder).name);
