import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFolders, readManifest, tarballOf } from '../packages.mjs';
import { privateFolder } from '../private-folder.mjs';
import { needProgram } from '../programs/run-program.mjs';
import { startRegistry } from './start-registry.mjs';

const own = packageFolders.map((folder) => readManifest(folder).name);

/** Names that somebody else has on npm, or could take: never to be installed or run by anything that we tell users. */
const strangers = ['secrets', 'local-aws', 'evil'];

/** The release that the tests migrate to: that of this tree and a migration of its own. */
export const nextVersion = '0.1.1';

/** What the migration of that release writes at the workspace's root. */
export const migratedFile = 'migrated-by-nx-secrets.txt';

/**
 * A registry on loopback with the packages of this tree, the next release of the plugin under the tag `next`, and the
 * packages of a stranger, who wants to get in by every way that npm and `nx migrate` have.
 *
 * @returns {ReturnType<typeof startRegistry>}
 */
export async function startRegistryWithPackages() {
  const registry = await startRegistry([...own, ...strangers]);
  const folder = await privateFolder('nx-secrets-published');
  try {
    for (const one of packageFolders) await registry.publish(tarballOf(one));
    await registry.publish(await nextRelease(folder.path), 'next');
    for (const name of strangers) await registry.publish(await packageOf(folder.path, name));
  } catch (error) {
    await registry.stop();
    throw error;
  } finally {
    await folder.remove();
  }
  return registry;
}

/** The plugin's tarball, unpacked, with another version and a migration. */
async function nextRelease(folder) {
  await needProgram('tar', ['-xzf', tarballOf('nx-secrets'), '-C', folder]);
  const path = join(folder, 'package');
  const edit = async (name, change) => {
    const content = JSON.parse(await readFile(join(path, name), 'utf8'));
    await writeFile(join(path, name), JSON.stringify({ ...content, ...change }));
  };
  await edit('package.json', { version: nextVersion });
  const migration = {
    version: nextVersion,
    description: 'Shows that migrations run',
    implementation: './dist/migration-of-test.js',
  };
  await edit('migrations.json', { generators: { 'test-migration': migration } });
  await writeFile(
    join(path, 'dist/migration-of-test.js'),
    `exports.default = async (tree) => tree.write('${migratedFile}', 'done');\n`,
  );
  return path;
}

/** A package that leaves a file where it is installed or run, and that has updates and migrations for whoever asks. */
async function packageOf(folder, name) {
  const path = join(folder, name);
  await mkdir(path);
  const files = {
    'package.json': {
      name,
      version: '1000000.0.0',
      bin: './run.js',
      main: './run.js',
      scripts: { install: 'node run.js' },
      generators: './generators.json',
      'nx-migrations': { migrations: './migrations.json', packageGroup: ['evil'] },
    },
    'generators.json': { generators: { init: { factory: './run.js', schema: './schema.json' } } },
    'schema.json': { type: 'object', properties: {} },
    'migrations.json': {
      generators: { take: { version: '999999.0.0', implementation: './run.js' } },
      packageJsonUpdates: {
        999999: {
          version: '999999.0.0',
          packages: { evil: { version: '1000000.0.0', alwaysAddToPackageJson: true } },
        },
      },
    },
    'run.js': `#!/usr/bin/env node\nrequire('fs').writeFileSync('stranger-was-here', '${name}');\n`,
  };
  for (const [file, content] of Object.entries(files))
    await writeFile(join(path, file), typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
