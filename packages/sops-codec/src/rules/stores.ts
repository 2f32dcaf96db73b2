import { isMap, type YAMLMap } from 'yaml';
import type { Layout } from '../formats/codec/format-codec';
import type { Format } from '../model/tree';
import { configError, count, field, openConfig } from './config-node';

/** The layout of each format that a `.sops.yaml` sets under `stores`. */
export type StoreLayouts = Readonly<Partial<Record<Format, Layout>>>;

const names = { yaml: 'yaml', json: 'json', json_binary: 'binary' } as const;

/**
 * Reads the `stores` of a `.sops.yaml`. An indentation of 0 is that of the format. Source: sops `config/config.go`
 * (StoresConfig)
 *
 * @throws SopsError `badConfig` with the path, line and column
 */
export function readStores(text: string, where: string): StoreLayouts {
  const { root, reader } = openConfig(text, where);
  const mapping = (map: YAMLMap, name: string): YAMLMap | undefined => {
    const value = field(map, name, reader);
    if (value === undefined || isMap(value)) return value;
    throw configError(`${name} is not a mapping`, reader.at(value).place);
  };
  const stores = root && mapping(root, 'stores');
  if (!stores) return {};
  const layouts = Object.entries(names).flatMap(([name, format]): [Format, Layout][] => {
    const store = mapping(stores, name);
    if (!store) return [];
    const unset = format === 'yaml' ? 0 : -1;
    return [[format, { indent: count(store, 'indent', reader, unset) }]];
  });
  return Object.fromEntries(layouts);
}
