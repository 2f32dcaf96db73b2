import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { originUrl } from '../git/repository';
import { namesOf, type PlacedNames } from './names';
import type { Options } from './options';
import { readPackageJson } from './package-json';
import { unlessMissing } from './read-file';
import { configuredStages } from './service-stages';
import { keyResource } from './stage-key';
import { secretFilesAmong, secretsFolder, type SecretFile } from './secret-file-name';
import type { Problem } from '../problem';

/** A project that has a `.sops.yaml` at its root. */
export interface Service {
  readonly name: string;
  /** Project root relative to the workspace, `.` for the workspace itself. */
  readonly root: string;
  readonly files: readonly SecretFile[];
}

/** The file that makes a project a service. */
export const sopsConfigFile = '.sops.yaml';

/**
 * Reads the services among project roots: those with a `.sops.yaml`.
 *
 * @param roots project roots relative to the workspace, in any order
 * @returns the services, by root
 */
export async function readServices(
  workspaceRoot: string,
  roots: readonly string[],
  options: Options,
): Promise<readonly Service[]> {
  const services = await Promise.all(
    [...roots].sort().map((root) => readService(workspaceRoot, root, options)),
  );
  return services.filter((service) => service !== undefined);
}

async function readService(
  workspaceRoot: string,
  root: string,
  options: Options,
): Promise<Service | undefined> {
  const entries = await entriesOf(join(workspaceRoot, root));
  if (!entries.includes(sopsConfigFile)) return undefined;
  const files = await readSecretFiles(workspaceRoot, root);
  return { name: await serviceName(workspaceRoot, root, options), root, files };
}

/** The secret files of a service; none where it has no `secrets/` folder. */
export async function readSecretFiles(workspaceRoot: string, root: string): Promise<readonly SecretFile[]> {
  return secretFilesAmong(await entriesOf(join(workspaceRoot, root, secretsFolder)));
}

/** A folder that cannot be read is an error: its secrets would silently be left out. */
const entriesOf = (folder: string): Promise<readonly string[]> =>
  readdir(folder).catch((error: unknown) => unlessMissing(error, []));

/**
 * The name of the service at `root`: the override in nx.json, else the directory's name; for the workspace root the
 * last path segment of Git's origin, else package.json's name, else the directory's name.
 */
export async function serviceName(workspaceRoot: string, root: string, options: Options): Promise<string> {
  const override = options.services.get(root);
  if (override !== undefined) return override;
  if (root !== '.') return basename(root);
  return (await repositoryName(workspaceRoot)) ?? packageName(workspaceRoot) ?? basename(workspaceRoot);
}

async function repositoryName(workspaceRoot: string): Promise<string | undefined> {
  const url = await originUrl(workspaceRoot);
  return url === undefined ? undefined : /([^/:]+?)(?:\.git)?\/?$/.exec(url)?.[1];
}

function packageName(workspaceRoot: string): string | undefined {
  const { name } = readPackageJson(join(workspaceRoot, 'package.json'));
  return typeof name === 'string' ? name.replace(/^@[^/]*\//, '') : undefined;
}

/** A service by what its names follow from: stages count, whether they have a file or not. */
type StagesOfService = Pick<Service, 'name' | 'root'> & {
  readonly files: readonly Pick<SecretFile, 'stage'>[];
};

/** Names of every service's every stage that has a file; those that AWS refuses are left to whoever uses them. */
export const allNames = (services: readonly StagesOfService[], options: Options): readonly PlacedNames[] =>
  services.flatMap(({ name, root, files }) =>
    files.flatMap(({ stage }) => {
      try {
        return [{ ...namesOf(name, stage, options, root), root }];
      } catch {
        return [];
      }
    }),
  );

/**
 * The names that no two services may share: those of every file, and those that the pattern of a service's own makes for
 * each stage of nx.json, whether it has a file yet or not. A stage may be among them twice.
 */
export function comparedNames(services: readonly Service[], options: Options): readonly PlacedNames[] {
  const configured = services
    .filter(({ root }) => options.patterns.has(root))
    .map(({ name, root }) => ({
      name,
      root,
      files: configuredStages(root, options).map((stage) => ({ stage })),
    }));
  const all = allNames([...services, ...configured], options);
  // While a rename is under way the former names are taken, too.
  return [...all, ...all.flatMap((names) => (names.former ? [{ ...names, ...names.former }] : []))];
}

/** Stages that there are: those of nx.json, and those that have a file. */
export const knownStages = (services: readonly Service[], options: Options): readonly string[] => [
  ...new Set([
    ...options.stages.keys(),
    ...[...options.serviceStages.values()].flat(),
    ...services.flatMap(({ files }) => files.map(({ stage }) => stage)),
  ]),
];

/** Whose each key is, by alias or `key/…`, for messages and to tell a foreign file. An alias without a key is taken, too. */
export const aliasOwners = (names: readonly PlacedNames[]): ReadonlyMap<string, string> =>
  new Map(
    names.flatMap(({ service, stage, ...key }) =>
      [key.keyAlias, keyResource(key)].map((resource) => [resource, `service ${service}, stage ${stage}`]),
    ),
  );

/** The problem of a stage that has files in two formats; undefined where every stage has one file. */
export function twoFilesProblem({ root, files }: Service): Problem | undefined {
  const twice = files.find(({ stage }, index) => files.findIndex((other) => other.stage === stage) !== index);
  if (!twice) return undefined;
  const paths = files.filter(({ stage }) => stage === twice.stage).map(({ path }) => path);
  return {
    code: 'severalSecretFiles',
    what: `stage ${twice.stage} has ${paths.length} secret files: ${paths.join(', ')}`,
    where: root,
    fix: 'Keep one of them; otherwise they would overwrite each other in AWS.',
  };
}
