import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  createNodesFromFiles,
  type CreateNodes,
  type CreateNodesContext,
  type CreateNodesResult,
} from '@nx/devkit';
import { installedName } from '../config/installed-name';
import { readOptions, type Options, type RawOptions } from '../config/options';
import { readPackageJson } from '../config/package-json';
import { stagesOfService } from '../config/service-stages';
import { secretFilesAmong, secretsFolder } from '../config/secret-file-name';
import { serviceTargets, workspaceTargets } from './targets';

/** The files that make a project of the workspace root. */
const rootFiles: readonly string[] = ['project.json', 'package.json'];

/**
 * Makes a service of every folder with a `.sops.yaml`: its targets, and the project itself where the folder is none yet.
 * The project at the workspace root, where there is one, gets the targets of the workspace.
 * Looks at directory entries only: parsing would cost every Nx command in a large workspace.
 */
export const createNodes: CreateNodes<RawOptions> = [
  '{**/.sops.yaml,project.json,package.json}',
  (configFiles, rawOptions, context) => {
    const options = readOptions(rawOptions);
    const plugin = installedName(context.workspaceRoot, context.nxJsonConfiguration);
    return createNodesFromFiles(
      (configFile) =>
        rootFiles.includes(configFile)
          ? rootNodes(configFile, plugin, context)
          : serviceNodes(configFile, options, plugin, context),
      configFiles,
      rawOptions,
      context,
    );
  },
];

function serviceNodes(
  configFile: string,
  options: Options,
  plugin: string,
  { workspaceRoot }: CreateNodesContext,
): CreateNodesResult {
  const root = dirname(configFile);
  const entries = entriesOf(join(workspaceRoot, root));
  const files = secretFilesAmong(
    entries.includes(secretsFolder) ? entriesOf(join(workspaceRoot, root, secretsFolder)) : [],
  );
  // Many repositories keep a .sops.yaml of another making at their root: that alone makes no service of the workspace.
  if (root === '.' && files.length === 0) return {};
  const stages = stagesOfService(root, files, options);
  const folder = join(workspaceRoot, root);
  const name = entries.includes('package.json')
    ? (nxProjectName(join(folder, 'package.json')) ?? basename(folder))
    : (options.services.get(root) ?? basename(folder));
  return {
    projects: {
      [root]: {
        root,
        ...(entries.includes('project.json') ? {} : { name }),
        targets: serviceTargets(plugin, root, stages),
        metadata: { targetGroups: { secrets: Object.keys(serviceTargets(plugin, root, stages)) } },
      },
    },
  };
}

/**
 * The targets of the workspace as a whole, on the project at its root where there is one: none is made for them, since it
 * would own every file that is in no other project.
 */
function rootNodes(
  configFile: string,
  plugin: string,
  { workspaceRoot }: CreateNodesContext,
): CreateNodesResult {
  const isProject =
    configFile === 'project.json' ||
    (!entriesOf(workspaceRoot).includes('project.json') && hasNxField(join(workspaceRoot, configFile)));
  if (!isProject) return {};
  const targets = workspaceTargets(plugin);
  return {
    projects: { '.': { root: '.', targets, metadata: { targetGroups: { secrets: Object.keys(targets) } } } },
  };
}

/** Whether Nx takes the package.json at the workspace root for a project. Source: Nx, package-json plugin. */
const hasNxField = (path: string): boolean => Boolean(readPackageJson(path).nx);

/**
 * The name that Nx gives a project with a package.json. It does so itself only for the workspaces of a package manager, and
 * a project without a name stops every command. Source: Nx, package-json plugin.
 */
function nxProjectName(path: string): string | undefined {
  const { name, nx } = readPackageJson(path);
  return [(nx as { name?: unknown } | null | undefined)?.name, name].find((one) => typeof one === 'string');
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // Removed since Nx listed it.
  }
}
