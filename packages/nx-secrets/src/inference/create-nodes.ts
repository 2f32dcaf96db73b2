import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  createNodesFromFiles,
  type CreateNodes,
  type CreateNodesContext,
  type CreateNodesResult,
} from '@nx/devkit';
import { installedName } from '../workspace/installed-name';
import { readOptions, type Options, type RawOptions } from '../workspace/options';
import { secretFilesAmong, secretsFolder } from '../workspace/secret-file';
import { serviceTargets } from './targets';

/**
 * Makes a service of every folder with a `.sops.yaml`: its targets, and the project itself where the folder is none yet.
 * Looks at directory entries only: parsing would cost every Nx command in a large workspace.
 */
export const createNodes: CreateNodes<RawOptions> = [
  '**/.sops.yaml',
  (configFiles, rawOptions, context) => {
    const options = readOptions(rawOptions);
    const plugin = installedName(context.workspaceRoot, context.nxJsonConfiguration);
    return createNodesFromFiles(
      (configFile) => nodesOf(configFile, options, plugin, context),
      configFiles,
      rawOptions,
      context,
    );
  },
];

function nodesOf(
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
  const stages = [...new Set([...options.stages.keys(), ...files.map(({ stage }) => stage)])];
  const isProject = entries.includes('project.json') || entries.includes('package.json');
  return {
    projects: {
      [root]: {
        root,
        ...(isProject
          ? {}
          : { name: options.services.get(root) ?? basename(root === '.' ? workspaceRoot : root) }),
        targets: serviceTargets(plugin, stages),
        metadata: { targetGroups: { secrets: Object.keys(serviceTargets(plugin, stages)) } },
      },
    },
  };
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // Removed since Nx listed it.
  }
}
