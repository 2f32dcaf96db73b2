import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { NxJsonConfiguration } from '@nx/devkit';
import { readPackageJson } from './package-json';
import { publishedName } from './plugin-name';

const ownManifest = realpathSync(join(__dirname, '../../package.json'));

/**
 * The name under which this plugin is installed in the workspace: an alias (`secrets`) or its own. Executor strings and
 * nx.json need it, and under an alias only the alias resolves.
 */
export function installedName(workspaceRoot: string, nxJson: NxJsonConfiguration): string {
  const names = [...pluginNames(nxJson), ...dependencyNames(workspaceRoot)];
  const resolve = createRequire(join(workspaceRoot, 'package.json')).resolve;
  const isThis = (name: string) => {
    try {
      return realpathSync(resolve(`${name}/package.json`)) === ownManifest;
    } catch {
      return false; // Not installed, or without ./package.json in its exports: not this one.
    }
  };
  return names.find(isThis) ?? publishedName;
}

/** The plugin's entry among the plugins of nx.json. */
export function pluginEntry(
  nxJson: NxJsonConfiguration,
  name: string,
): { readonly options?: unknown } | undefined {
  const entry = nxJson.plugins?.find(
    (plugin) => (typeof plugin === 'string' ? plugin : plugin.plugin) === name,
  );
  return typeof entry === 'string' ? {} : entry;
}

const pluginNames = (nxJson: NxJsonConfiguration) =>
  (nxJson.plugins ?? []).map((plugin) => (typeof plugin === 'string' ? plugin : plugin.plugin));

/** Dependencies of the workspace, those that can only be this package first: a workspace has hundreds. */
function dependencyNames(workspaceRoot: string): readonly string[] {
  const { dependencies, devDependencies } = readPackageJson(join(workspaceRoot, 'package.json'));
  const entries = Object.entries({ ...dependencies, ...devDependencies });
  const likely = ([name, range]: [string, string]) => name === publishedName || range.includes(publishedName);
  return [...entries.filter(likely), ...entries.filter((entry) => !likely(entry))].map(([name]) => name);
}
