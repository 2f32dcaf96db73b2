import { parseJson, type NxJsonConfiguration } from '@nx/devkit';
import { firstParentChangesOf, type Commit } from '../git/changes';
import { openObjects, type Objects } from '../git/objects';
import { pluginEntry } from './installed-name';
import type { Formerly } from './former-names';
import { namesOf } from './names';
import { readOptions, type Options } from './options';
import { secretFileAt, serviceRootOf } from './secret-file-name';
import { serviceName } from './services';

/** How nx.json named services, secrets and keys until a commit. */
export interface EarlierNaming {
  readonly options: Options;
  /** The commit that changed it; undefined where that is not committed yet. */
  readonly until: Commit | undefined;
}

/** The file that holds this plugin's options. */
const nxJsonFile = 'nx.json';

/**
 * How nx.json named services and secrets before: each naming that HEAD's history had (along first parents) and that
 * `options` are not, the latest first. Commits whose nx.json cannot be read are passed over.
 */
export async function earlierNamings(
  workspaceRoot: string,
  options: Options,
): Promise<readonly EarlierNaming[]> {
  const objects = openObjects(workspaceRoot);
  const namings = new Map<string, EarlierNaming>();
  const keep = (earlier: Options | undefined, until: Commit | undefined) => {
    if (!earlier || namingOf(earlier) === namingOf(options) || namings.has(namingOf(earlier))) return;
    namings.set(namingOf(earlier), { options: earlier, until });
  };
  try {
    keep(await optionsAt(objects, `HEAD:./${nxJsonFile}`, options.pluginName), undefined);
    for await (const { before, after, commit } of firstParentChangesOf(workspaceRoot, nxJsonFile)) {
      const [old, changed] = await Promise.all(
        [before, after].map((id) => optionsAt(objects, id, options.pluginName)),
      );
      // The commit that gave a naming up is the last one that had it before and not after.
      if (old && (!changed || namingOf(old) !== namingOf(changed))) keep(old, commit);
    }
  } finally {
    await objects.close();
  }
  return [...namings.values()];
}

/** The options that nx.json has in HEAD; undefined where there is none, or where it cannot be read. */
export async function committedOptions(
  workspaceRoot: string,
  { pluginName }: Pick<Options, 'pluginName'>,
): Promise<Options | undefined> {
  const objects = openObjects(workspaceRoot);
  try {
    return await optionsAt(objects, `HEAD:./${nxJsonFile}`, pluginName);
  } finally {
    await objects.close();
  }
}

/** What `formerly` of nx.json said in HEAD's history (along first parents), by the service's root. */
export async function earlierFormerly(
  workspaceRoot: string,
  { pluginName }: Pick<Options, 'pluginName'>,
): Promise<ReadonlyMap<string, readonly Formerly[]>> {
  const objects = openObjects(workspaceRoot);
  const found = new Map<string, readonly Formerly[]>();
  try {
    for await (const { before, after } of firstParentChangesOf(workspaceRoot, nxJsonFile)) {
      for (const id of [before, after]) {
        const { formerly = new Map<string, Formerly>() } = (await optionsAt(objects, id, pluginName)) ?? {};
        for (const [root, one] of formerly) found.set(root, [...(found.get(root) ?? []), one]);
      }
    }
  } finally {
    await objects.close();
  }
  return found;
}

/** What names follow from. */
const namingOf = ({ secretName, keyAlias, services, patterns, foreignKeys }: Options): string =>
  JSON.stringify([
    secretName,
    keyAlias,
    [...services].sort(),
    [...patterns].sort(),
    [...foreignKeys]
      .map(([root, keys]) => [root, ...[...keys].map(([stage, { arn }]) => [stage, arn])])
      .sort(),
  ]);

async function optionsAt(
  objects: Objects,
  id: string | undefined,
  pluginName: string,
): Promise<Options | undefined> {
  const bytes = id === undefined ? undefined : await objects.read(id);
  if (!bytes) return undefined;
  try {
    const nxJson = parseJson<NxJsonConfiguration>(Buffer.from(bytes).toString('utf8'));
    return readOptions(pluginEntry(nxJson, pluginName)?.options);
  } catch {
    return undefined;
  }
}

/** A name that the secret of a file had before. */
export interface EarlierName {
  /** Path of the secret file, relative to the workspace. */
  readonly path: string;
  readonly secretName: string;
  readonly service: string;
  readonly until: Commit | undefined;
}

/**
 * The names that the secret of a file had before, by how nx.json named it then, the latest first.
 *
 * @param now its name now, which is none of them
 */
export async function earlierNamesOf(
  workspaceRoot: string,
  path: string,
  now: string,
  namings: readonly EarlierNaming[],
): Promise<readonly EarlierName[]> {
  const file = secretFileAt(path);
  if (!file) return [];
  const root = serviceRootOf(path);
  const names = new Map<string, EarlierName>();
  for (const { options, until } of namings) {
    try {
      const service = await serviceName(workspaceRoot, root, options);
      const { secretName } = namesOf(service, file.stage, options, root);
      if (secretName !== now && !names.has(secretName))
        names.set(secretName, { path, secretName, service, until });
    } catch {
      // A name that AWS refuses was never pushed to.
    }
  }
  return [...names.values()];
}
