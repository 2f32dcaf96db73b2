import { readNxJson, type Tree } from '@nx/devkit';
import { editOptions } from '../edit-nx-json';
import type { RawOptions, ServiceOptions } from '../../config/options';

/** A service's entry in `services` of nx.json, with fields that other versions may know. */
export type ServiceEntry = {
  readonly [Field in keyof ServiceOptions]?: ServiceOptions[Field] | undefined;
} & Readonly<Record<string, unknown>>;

/** The plugin's options as nx.json has them, as far as names are about. */
export interface RawNames {
  readonly secretName?: string;
  readonly keyAlias?: string;
  readonly checkExceptions?: RawOptions['checkExceptions'] | undefined;
  readonly services?: Readonly<Record<string, string | ServiceEntry>>;
}

/** The plugin's options in nx.json; empty where there are none. */
export function rawNames(tree: Tree, plugin: string): RawNames {
  const entry = (readNxJson(tree)?.plugins ?? []).find((one) => nameOf(one) === plugin);
  return (typeof entry === 'object' ? (entry.options as RawNames | undefined) : undefined) ?? {};
}

/** Writes options of the plugin into nx.json; what they do not name stays as it is. */
export const writeNames = (tree: Tree, plugin: string, names: RawNames): void =>
  editOptions(tree, plugin, (raw) => ({ ...raw, ...(names as RawOptions) }));

const nameOf = (plugin: string | { readonly plugin: string }): string =>
  typeof plugin === 'string' ? plugin : plugin.plugin;

/** An entry as an object; one that is a name alone is short for that. */
export const entryOf = (services: RawNames['services'], root: string): ServiceEntry => {
  const entry = services && Object.hasOwn(services, root) ? services[root] : undefined;
  return typeof entry === 'string' ? { name: entry } : (entry ?? {});
};

/** The services with another entry for one root, and without the entry of the root that it had before. */
export function withEntry(
  services: RawNames['services'],
  root: string,
  entry: ServiceEntry,
  formerRoot: string | undefined,
): NonNullable<RawNames['services']> {
  const fields = Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
  const [only, ...more] = Object.keys(fields);
  const written = only === 'name' && more.length === 0 ? String(fields['name']) : fields;
  const own: readonly [string, string | ServiceEntry][] = only === undefined ? [] : [[root, written]];
  const all = Object.entries(services ?? {});
  const isThere = all.some(([one]) => one === root);
  // Where the entry is now, or was: the order of the others stays.
  const kept = all.flatMap(([one, old]): (readonly [string, string | ServiceEntry])[] => {
    if (one === root || (one === formerRoot && !isThere)) return [...own];
    return one === formerRoot ? [] : [[one, old]];
  });
  return Object.fromEntries(isThere || all.some(([one]) => one === formerRoot) ? kept : [...kept, ...own]);
}
