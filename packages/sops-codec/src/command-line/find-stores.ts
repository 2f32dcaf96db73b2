import type { StoreLayouts } from '../rules/stores';
import type { Flags } from './arguments/flag';
import { findPath, readText } from './config-file';

/**
 * The layouts that the configuration in use sets under `stores`. Most have none, and need not be parsed for that; what
 * parses them is loaded for the others only.
 */
export async function findStores(flags: Flags): Promise<StoreLayouts> {
  const { path } = findPath(flags);
  if (path === undefined) return {};
  const text = readText(path);
  if (!/\bstores\b/.test(text)) return {};
  const { readStores } = await import('../rules/stores.js');
  return readStores(text, path);
}
