import { access, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { privateFolder } from '../../tools/private-folder.mjs';
import { runProgram } from '../../tools/programs/run-program.mjs';
import { workspaceEnvironment } from '../../tools/workspaces/environment.mjs';
import { plainWorkspace, writeFiles } from '../../tools/workspaces/scaffold.mjs';
import { nodeFolder } from '../node-versions.mjs';
import { packageManager } from './package-managers.mjs';

/**
 * A workspace with nothing but Nx, installed by a package manager from the registry of this run.
 *
 * @param {string} nx version
 * @param {string} name of the package manager
 * @param {Readonly<Record<string, string | object>>} files
 */
export async function createInstalled(nx, name, files) {
  const folder = await privateFolder('nx-secrets-install');
  const path = join(folder.path, 'acme');
  const temporary = join(folder.path, 'tmp');
  const programs = join(folder.path, 'bin');
  const manager = await packageManager(name, programs);
  // Plug'n'Play: see src/plug-and-play.ts of the plugin; on Node 22 it is Nx that does not find its native part.
  const node = name.includes('Play') ? [await nodeFolder('24.9.0')] : [];
  const base = {
    ...workspaceEnvironment(temporary),
    PATH: [programs, ...node, process.env.PATH].join(':'),
    // Caches of package managers outlive their registry, and its tarballs change from run to run.
    XDG_CACHE_HOME: join(folder.path, 'cache'),
    YARN_CACHE_FOLDER: join(folder.path, 'cache/yarn'),
    YARN_GLOBAL_FOLDER: join(folder.path, 'cache/yarn-berry'),
    BUN_INSTALL_CACHE_DIR: join(folder.path, 'cache/bun'),
    npm_config_cache: join(folder.path, 'cache/npm'),
    npm_config_registry: process.env.NX_SECRETS_REGISTRY,
    // Verdaccio has no attestations of what it proxies; the newest Nx would be fetched for each migration.
    NX_SKIP_PROVENANCE_CHECK: 'true',
    NX_MIGRATE_USE_LOCAL: 'true',
  };
  const run = (program, args, { folder: within = '', env = {}, input, timeout = 240_000 } = {}) =>
    runProgram(program, args, {
      cwd: join(path, within),
      env: { ...base, ...env },
      timeout,
      ...(input === undefined ? {} : { input }),
    });
  const need = async (program, args, options) => {
    const result = await run(program, args, options);
    if (result.exitCode !== 0)
      throw new Error(`${program} ${args.join(' ')}: ${result.exitCode}\n${result.all}`);
    return result;
  };
  const nxAt = (args) => {
    const [program, all] = manager.nx(args);
    return [program.includes('/') ? join(path, program) : program, all];
  };
  await mkdir(temporary);
  await writeFiles(path, {
    ...plainWorkspace(nx),
    // Yarn's own state changes with every install.
    '.gitignore': 'node_modules/\n.nx/\n.yarn/install-state.gz\n',
    ...manager.files(process.env.NX_SECRETS_REGISTRY),
    ...files,
  });
  const workspace = {
    path,
    temporary,
    run,
    need,
    install: () => need(...manager.install),
    /** Runs Nx as this package manager does. */
    nx: (args, options) => run(...nxAt(args), options),
    needNx: (args, options) => need(...nxAt(args), options),
    async commit(message) {
      await need('git', ['add', '--all']);
      await need('git', ['commit', '--quiet', '--allow-empty', '-m', message]);
    },
    changes: async () => (await need('git', ['status', '--porcelain'])).stdout,
    read: (name) => readFile(join(path, name), 'utf8'),
    has: (name) =>
      access(join(path, name)).then(
        () => true,
        () => false,
      ),
    remove: folder.remove,
  };
  try {
    await need('git', ['init', '--quiet', '--initial-branch=main']);
    await workspace.install();
    await workspace.commit('A workspace');
  } catch (error) {
    await folder.remove();
    throw error;
  }
  return workspace;
}
