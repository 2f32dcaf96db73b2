import type { NxJsonConfiguration } from '@nx/devkit';
import { installedName, pluginEntry } from './installed-name';
import type { ProjectNames } from './commands';
import { nameInCommands } from './short-name';
import { readOptions, type Options } from './options';

/** How this plugin is configured in a workspace. */
export interface Plugin {
  /** The name under which it is installed: `secrets`, `nx-secrets`. */
  readonly name: string;
  /** The name by which commands address its generators. */
  readonly nameInCommands: string;
  /** Whether nx.json lists it. */
  readonly registered: boolean;
  readonly options: Options;
}

/**
 * Reads nx.json's word on this plugin.
 *
 * @param projects names of the Nx projects, by root
 * @throws ProblemError for options that are not valid
 */
export function readPlugin(
  workspaceRoot: string,
  nxJson: NxJsonConfiguration,
  projects?: ProjectNames,
): Plugin {
  const name = installedName(workspaceRoot, nxJson);
  const entry = pluginEntry(nxJson, name);
  return {
    name,
    nameInCommands: nameInCommands(workspaceRoot, name),
    registered: entry !== undefined,
    options: readOptions(entry?.options, projects, name),
  };
}
