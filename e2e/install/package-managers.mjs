import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageManagers } from '../../tools/registry/programs.mjs';

/** Settings of pnpm and Yarn say which releases are too young to be installed; those of a test always are. */
const yarnSettings = (registry, linker) =>
  [
    `npmRegistryServer: "${registry}"`,
    'unsafeHttpWhitelist: ["127.0.0.1"]',
    `nodeLinker: ${linker}`,
    'npmMinimalAgeGate: 0',
    'enableTelemetry: false',
    '',
  ].join('\n');

const inModules = (args) => ['node_modules/.bin/nx', args];

/**
 * How each package manager is set up and used: `files` say which registry it takes, `program` is where its package has it,
 * `nx` is how Nx is run.
 */
const all = {
  npm: {
    files: (registry) => ({ '.npmrc': `registry=${registry}\n` }),
    install: ['npm', ['install']],
    nx: inModules,
  },
  pnpm: {
    program: ['pnpm', '.bin/pnpm'],
    files: (registry) => ({
      '.npmrc': `registry=${registry}\n`,
      'pnpm-lock.yaml': '',
      'pnpm-workspace.yaml': 'allowBuilds:\n  nx: false\nminimumReleaseAge: 0\n',
    }),
    install: ['pnpm', ['install', '--no-frozen-lockfile']],
    nx: inModules,
  },
  'yarn 1': {
    program: ['yarn', 'yarn/bin/yarn.js'],
    files: (registry) => ({
      '.yarnrc': `registry "${registry}"\n`,
      '.npmrc': `registry=${registry}\n`,
      'yarn.lock': '',
    }),
    install: ['yarn', ['install', '--non-interactive']],
    nx: inModules,
  },
  'yarn 4': {
    program: ['yarn', '@yarnpkg/cli-dist/bin/yarn.js'],
    files: (registry) => ({ '.yarnrc.yml': yarnSettings(registry, 'node-modules'), 'yarn.lock': '' }),
    install: ['yarn', ['install', '--no-immutable']],
    nx: inModules,
  },
  "yarn 4 Plug'n'Play": {
    program: ['yarn', '@yarnpkg/cli-dist/bin/yarn.js'],
    files: (registry) => ({ '.yarnrc.yml': yarnSettings(registry, 'pnp'), 'yarn.lock': '' }),
    install: ['yarn', ['install', '--no-immutable']],
    nx: (args) => ['yarn', ['nx', ...args]],
  },
  bun: {
    program: ['bun', '.bin/bun'],
    files: (registry) => ({ 'bunfig.toml': `[install]\nregistry = "${registry}"\n`, 'bun.lock': '' }),
    install: ['bun', ['install']],
    nx: inModules,
  },
};

/** Names of the package managers. */
export const packageManagerNames = Object.keys(all);

/**
 * A package manager of `packageManagerNames`, ready for use.
 *
 * @param {string} name
 * @param {string} folder where its program is put for PATH
 */
export async function packageManager(name, folder) {
  const { program, ...rest } = all[name];
  await mkdir(folder, { recursive: true });
  if (program) {
    const modules =
      (await packageManagers.find()) ?? (await packageManagers.install(), await packageManagers.find());
    await writeProgram(join(folder, program[0]), join(modules, program[1]), modules);
  }
  return { name, ...rest };
}

/** Puts a program into a folder: its packages are installed without scripts, so some have it at another place. */
async function writeProgram(path, program, modules) {
  if (path.endsWith('/bun')) {
    const native = join(
      modules,
      `@oven/bun-${process.platform}-${process.arch === 'arm64' ? 'aarch64' : 'x64'}/bin/bun`,
    );
    await symlink(native, path);
    await symlink(native, `${path}x`);
    return;
  }
  const run = program.endsWith('.js') ? `node "${program}"` : `"${program}"`;
  await writeFile(path, `#!/bin/sh\nexec ${run} "$@"\n`);
  await chmod(path, 0o755);
}
