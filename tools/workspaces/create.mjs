import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { privateFolder } from '../private-folder.mjs';
import { needProgram, runProgram } from '../programs/run-program.mjs';
import { workspaceEnvironment } from './environment.mjs';
import { packageNames, plainWorkspace, tarballs, writeFiles } from './scaffold.mjs';

/** Set by a run that has published the packages into a registry of its own. */
const ownRegistry = process.env.NX_SECRETS_REGISTRY;

/**
 * Makes a throw-away workspace as a user has it: Nx in the given version, the packed packages installed, everything
 * committed. They come from the registry of the run, or, where it has none, from the tarballs.
 *
 * @param {{nx: string, shortName?: boolean, generated?: boolean, files?: Readonly<Record<string, string | object>>}} wanted
 *   version of Nx; whether the generators have the name `secrets`, too; whether `create-nx-workspace` makes it, instead of
 *   the least that Nx needs; files put on top
 */
export async function createWorkspace({ nx, shortName = false, generated = true, files = {} }) {
  const folder = await privateFolder('nx-secrets-workspace');
  const path = join(folder.path, 'acme');
  const temporary = join(folder.path, 'tmp');
  const base = {
    ...workspaceEnvironment(temporary),
    ...(ownRegistry ? { npm_config_registry: ownRegistry } : {}),
  };

  /** Runs a program in the workspace, or in a folder of it. */
  const run = (program, args, { folder: within = '', env = {}, input, timeout = 120_000 } = {}) =>
    runProgram(program, args, {
      cwd: join(path, within),
      env: { ...base, ...env },
      timeout,
      ...(input === undefined ? {} : { input }),
    });

  const workspace = {
    path,
    temporary,
    run,
    /** Runs the workspace's Nx: the program that `npx nx` finds, half a second sooner. */
    nx: (args, options) => run(join(path, 'node_modules/.bin/nx'), args, options),
    /** Commits everything that there is. */
    async commit(message) {
      await need(run('git', ['add', '--all']));
      await need(run('git', ['commit', '--quiet', '--allow-empty', '-m', message]));
    },
    /** What Git sees as changed, as text: empty for nothing. */
    changes: async () => (await need(run('git', ['status', '--porcelain']))).stdout,
    remove: folder.remove,
  };

  await mkdir(temporary);
  try {
    if (generated) await generate(nx, folder.path, base);
    else await writeFiles(path, plainWorkspace(nx));
    await writeFiles(path, files);
    await need(run('npm', ['install', '-D', '--prefer-offline', ...(ownRegistry ? packageNames : tarballs)]));
    if (shortName) await addShortName(path, run);
    await need(run('git', ['init', '--quiet', '--initial-branch=main']));
    await workspace.commit('A fresh workspace');
  } catch (error) {
    await folder.remove();
    throw error;
  }
  return workspace;
}

/** Has the plugin make the short name, as users do; everything else that it would write is left to the suites. */
async function addShortName(path, run) {
  const nxJson = await readFile(join(path, 'nx.json'), 'utf8');
  await need(run(join(path, 'node_modules/.bin/nx'), ['g', 'nx-secrets:init', '--short-name']));
  await writeFiles(path, { 'nx.json': nxJson });
}

async function generate(nx, parent, env) {
  const options = [
    '--preset=apps',
    '--nxCloud=skip',
    '--packageManager=npm',
    '--skipGit',
    '--no-interactive',
  ];
  await needProgram('npx', ['--yes', `create-nx-workspace@${nx}`, 'acme', ...options], {
    cwd: parent,
    env,
    timeout: 300_000,
  });
}

/** Throws with what a program printed where it failed. */
async function need(running) {
  const result = await running;
  if (result.exitCode !== 0) throw new Error(`exit code ${result.exitCode}\n${result.all}`);
  return result;
}
