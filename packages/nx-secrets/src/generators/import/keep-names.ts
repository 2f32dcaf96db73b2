import type { Tree } from '@nx/devkit';
import type { KeptNames } from '../../import/aws/kept-names';
import { editOptions } from '../edit-nx-json';

/** Writes into nx.json how secrets are named; other options, comments and layout stay as they are. */
export function keepNames(tree: Tree, pluginName: string, { secretName, services }: KeptNames): void {
  if (secretName === undefined && services.size === 0) return;
  editOptions(tree, pluginName, (raw) => {
    const before = new Map<string, unknown>(Object.entries(raw.services ?? {}));
    const named = [...services].map(
      ([root, pattern]) => [root, { ...serviceOptions(before.get(root)), secretName: pattern }] as const,
    );
    return {
      ...raw,
      ...(secretName === undefined ? {} : { secretName }),
      ...(services.size === 0 ? {} : { services: { ...raw.services, ...Object.fromEntries(named) } }),
    };
  });
}

/** A service's options may be its name alone. */
const serviceOptions = (given: unknown): object =>
  typeof given === 'string' ? { name: given } : typeof given === 'object' && given !== null ? given : {};
