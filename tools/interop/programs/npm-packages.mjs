import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { needProgram } from '../../programs/run-program.mjs';
import { cacheFolder } from './cache.mjs';

/**
 * Packages of npm that only tests use, and that are too many or too large to be dependencies of this repository.
 *
 * @param {string} name of what they are together; of their folder in the cache, too
 * @param {Readonly<Record<string, string>>} versions exact ones by the name of the package; `npm:<name>@<version>` under an
 *   alias
 * @param {Readonly<Record<string, string>>} [overrides] versions of what they depend on
 */
export function npmPackages(name, versions, overrides = {}) {
  const folder = join(cacheFolder, name);
  return {
    name: `${name}: ${Object.entries(versions)
      .map(([one, version]) => `${one} ${versionIn(version)}`)
      .join(', ')}`,

    /** @returns {Promise<string | undefined>} the folder of its packages */
    async find() {
      const modules = join(folder, 'node_modules');
      for (const [one, version] of Object.entries(versions)) {
        const text = await readFile(join(modules, one, 'package.json'), 'utf8').catch(() => '{}');
        if (JSON.parse(text).version !== versionIn(version)) return undefined;
      }
      return modules;
    },

    async install() {
      await mkdir(folder, { recursive: true });
      if (Object.keys(overrides).length > 0)
        await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, overrides }));
      const packages = Object.entries(versions).map(([one, version]) => `${one}@${version}`);
      const args = [
        'install',
        '--no-save',
        '--no-audit',
        '--no-fund',
        '--ignore-scripts',
        '--prefix',
        folder,
      ];
      await needProgram('npm', [...args, ...packages], { timeout: 900_000 });
    },

    needs: 'npm and its registry',
  };
}

const versionIn = (version) => version.replace(/^.*@/, '');
