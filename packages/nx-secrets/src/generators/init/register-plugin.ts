import { readNxJson, updateNxJson, type Tree } from '@nx/devkit';
import type { StageOptions } from '../../config/options';

/** A stage to write into nx.json, with what is known of it. */
export type NewStages = ReadonlyMap<string, StageOptions>;

/**
 * Lists the plugin in nx.json, with the given stages added to those that are there. What is there stays as it is.
 *
 * @param name the name under which the plugin is installed
 */
export function registerPlugin(tree: Tree, name: string, stages: NewStages): void {
  const nxJson = readNxJson(tree) ?? {};
  const plugins = nxJson.plugins ?? [];
  const index = plugins.findIndex((plugin) => (typeof plugin === 'string' ? plugin : plugin.plugin) === name);
  const entry = plugins[index];
  const options = (typeof entry === 'object' ? entry.options : undefined) as { stages?: unknown } | undefined;
  const merged = mergeStages(options?.stages, stages);
  if (entry !== undefined && merged === undefined) return;
  const plugin = merged === undefined ? name : { plugin: name, options: { ...options, stages: merged } };
  const others =
    typeof entry === 'object' ? { ...entry, ...(typeof plugin === 'string' ? {} : plugin) } : plugin;
  updateNxJson(tree, {
    ...nxJson,
    plugins: index < 0 ? [...plugins, plugin] : plugins.map((old, at) => (at === index ? others : old)),
  });
}

/** The stages option with the new stages behind the old, in the form that it has; undefined where nothing is new. */
function mergeStages(old: unknown, stages: NewStages): unknown {
  const known = Array.isArray(old)
    ? (old as unknown[]).map(String)
    : Object.keys((old as object | undefined) ?? {});
  const added = [...stages].filter(([name]) => !known.includes(name));
  if (added.length === 0) return undefined;
  const plain = added.every(([, stage]) => Object.keys(stage).length === 0);
  if (plain && (old === undefined || Array.isArray(old))) return [...known, ...added.map(([name]) => name)];
  const before = Array.isArray(old)
    ? Object.fromEntries(known.map((name) => [name, {}]))
    : (old as object | undefined);
  return { ...before, ...Object.fromEntries(added) };
}
