import { readNxJson, updateNxJson, type Tree } from '@nx/devkit';
import type { KeptNames } from '../../import/aws/kept-names';
import { registerPlugin } from '../init/register-plugin';

/** Writes into nx.json how secrets are named; other options stay as they are. */
export function keepNames(tree: Tree, pluginName: string, { secretName, services }: KeptNames): void {
  if (secretName === undefined && services.size === 0) return;
  registerPlugin(tree, pluginName, new Map());
  const nxJson = readNxJson(tree) ?? {};
  updateNxJson(tree, {
    ...nxJson,
    plugins: (nxJson.plugins ?? []).map((entry) => {
      const plugin = typeof entry === 'string' ? { plugin: entry } : entry;
      if (plugin.plugin !== pluginName) return entry;
      const options = (plugin.options ?? {}) as { readonly services?: Readonly<Record<string, unknown>> };
      const named = Object.fromEntries(
        [...services].map(([root, pattern]) => [
          root,
          { ...serviceOptions(options.services?.[root]), secretName: pattern },
        ]),
      );
      return {
        ...plugin,
        options: {
          ...options,
          ...(secretName === undefined ? {} : { secretName }),
          ...(services.size === 0 ? {} : { services: { ...options.services, ...named } }),
        },
      };
    }),
  });
}

/** A service's options may be its name alone. */
const serviceOptions = (given: unknown): object =>
  typeof given === 'string' ? { name: given } : typeof given === 'object' && given !== null ? given : {};
