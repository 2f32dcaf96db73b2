import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tarballOf } from '../packages.mjs';

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
    devDependencies: { '@nx/devkit': nx, nx },
  },
  'nx.json': { analytics: false, defaultBase: 'main' },
  '.gitignore': 'node_modules/\n.nx/\n',
});

/**
 * What `npm install` is given for the packed packages.
 *
 * @param {string | undefined} alias name under which the plugin is installed, if not its own
 */
export const packedPackages = (alias) => [
  `${alias ? `${alias}@` : ''}file:${tarballOf('nx-secrets')}`,
  `file:${tarballOf('sops-codec')}`,
  `file:${tarballOf('local-aws')}`,
];
