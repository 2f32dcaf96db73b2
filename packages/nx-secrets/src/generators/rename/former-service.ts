import { basename, posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { readConfig, type SopsConfig } from 'sops-codec';
import { namedKeys, type NamedKey } from '../../secret-file/other-key';
import { sopsConfigFile } from '../../config/services';
import { entryOf, type RawNames } from './service-entry';

/** What a service's own files say of how it was called; a claim that the options of nx.json have to bear out. */
export interface FormerService {
  readonly name: string | undefined;
  /** Keys that the rules of its `.sops.yaml` name. */
  readonly keys: readonly NamedKey[];
}

/** Reads what `.sops.yaml` of a service says. @throws SopsError where it is not a configuration */
export function formerService(tree: Tree, root: string): FormerService {
  const where = posix.join(root, sopsConfigFile);
  return formerServiceIn(tree.read(where, 'utf8') ?? '', where);
}

/** What the text of a `.sops.yaml` says. @throws SopsError where it is not a configuration */
export function formerServiceIn(text: string, where: string): FormerService {
  const config: SopsConfig = readConfig(text, where);
  const keys = (config.rules ?? []).flatMap(({ groups }) => namedKeys(groups.flat()));
  const names = [...new Set(keys.flatMap(({ context }) => context?.['service'] ?? []))];
  // What a file says is nobody's word: a name that could be none is not taken.
  const [name] = names.filter((one) => /^[\w./@+=-]{1,256}$/.test(one));
  return { name: names.length === 1 ? name : undefined, keys };
}

/** The root of nx.json's entry that a moved service had: of its name, and no service is there any more. */
export const formerRoot = (
  tree: Tree,
  services: RawNames['services'],
  root: string,
  name: string,
): string | undefined =>
  Object.keys(services ?? {}).find(
    (one) =>
      one !== root &&
      !tree.exists(posix.join(one, sopsConfigFile)) &&
      (entryOf(services, one).name ?? basename(one)) === name,
  );
