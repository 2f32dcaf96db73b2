import type { Tree } from '@nx/devkit';
import { editOptions } from '../edit-nx-json';
import type { RawOptions, StageOptions } from '../../config/options';

/** A stage to write into nx.json, with what is known of it. */
export type NewStages = ReadonlyMap<string, StageOptions>;

/**
 * Lists the plugin in nx.json, with the given stages added to those that are there. What is there stays as it is, comments included.
 *
 * @param name the name under which the plugin is installed
 */
export const registerPlugin = (tree: Tree, name: string, stages: NewStages): void =>
  editOptions(tree, name, (raw) => {
    const merged = mergeStages(raw.stages, stages);
    return merged === undefined ? raw : { ...raw, stages: merged };
  });

/** The stages option with the new stages behind the old, in the form that it has; undefined where nothing is new. */
function mergeStages(old: unknown, stages: NewStages): RawOptions['stages'] | undefined {
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
