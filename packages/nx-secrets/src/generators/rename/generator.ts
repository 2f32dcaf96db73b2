import { basename, posix } from 'node:path';
import { logger, readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { escapeControlCharacters, throwProblem, toProblem, type Problem } from '../../problem';
import { moveFolder } from '../../git/move-folder';
import { isDryRun } from '../../output/dry-run';
import { printing } from '../../output/stdout';
import { writablePlace } from '../../files/links';
import { generateHere } from '../../config/commands';
import { clashes, namesOf } from '../../config/names';
import { readPlugin } from '../../config/plugin';
import { textAsInstalled } from '../../config/plugin-name';
import { locateProject, type LocationOptions } from '../../config/project-location';
import {
  comparedNames,
  readSecretFiles,
  readServices,
  serviceName,
  sopsConfigFile,
} from '../../config/services';
import { asInstalled } from '../as-installed';
import { formerRoot, formerService } from './former-service';
import { carryOut, type ServiceMove } from './carry-out';
import { namesBefore, type NewNames } from './new-names';
import { afterMove, readNxProjects, type NxProjects } from './nx-projects';
import { forOne, namedAlready, nameKept, noService, notAService, several, taken } from './refusals';
import { renamedRules } from './renamed-rules';
import { entryOf, rawNames, withEntry, writeNames, type ServiceEntry } from './service-entry';

/** Options of `nx g secrets:rename`, as in schema.json. */
export interface RenameOptions extends LocationOptions, NewNames {
  readonly to?: string;
  readonly finish?: boolean;
  readonly all?: boolean;
}

/**
 * Renames or moves a service, its secret or its key. nx.json and `.sops.yaml` go through the Tree; keys are made and files
 * encrypted in the callback, which a dry run does not call. Each step looks at what is there, so that a run which was
 * interrupted is run again; nothing in AWS is removed or changed but what `provision-keys` repairs.
 */
export default asInstalled(rename);

async function rename(tree: Tree, given: RenameOptions): Promise<GeneratorCallback> {
  const nx = await readNxProjects(tree);
  const { roots, projects } = given.all
    ? { roots: await allRoots(tree, given, nx), projects: nx }
    : await rootOf(tree, given, nx);
  await writablePlace(tree.root, 'nx.json');
  const moves: ServiceMove[] = [];
  for (const root of roots) {
    const move = given.finish ? finish(tree, root, projects) : await renameOne(tree, root, given, projects);
    if (move) moves.push(move);
  }
  if (isDryRun() || moves.length === 0) return () => undefined;
  return () =>
    printing(async () => {
      const problems: Problem[] = [];
      for (const move of moves)
        await carryOut(move).catch((error: unknown) => problems.push(toProblem(error)));
      if (problems[0] && moves.length === 1) throwProblem(problems[0]);
      if (problems.length > 0) throwProblem(several(problems, moves.length));
    });
}

/** Every service, after the patterns of all have been changed; before, each keeps what it was called. */
async function allRoots(
  tree: Tree,
  { newName, to, secretName, keyAlias }: RenameOptions,
  { names, roots }: NxProjects,
): Promise<readonly string[]> {
  if (newName !== undefined || to !== undefined) throwProblem(forOne);
  const { name, options } = readPlugin(tree.root, readNxJson(tree) ?? {}, names);
  const services = await readServices(tree.root, roots, options);
  const isNew = (secretName ?? options.secretName) !== options.secretName;
  if (isNew || (keyAlias ?? options.keyAlias) !== options.keyAlias) {
    const before = { secretName: options.secretName, keyAlias: options.keyAlias };
    let { services: entries } = rawNames(tree, name);
    for (const service of services) {
      if (options.formerly.has(service.root) || options.patterns.has(service.root)) continue;
      const entry = { ...entryOf(entries, service.root), formerly: { name: service.name, ...before } };
      entries = withEntry(entries, service.root, entry, undefined);
    }
    writeNames(tree, name, {
      ...(secretName === undefined ? {} : { secretName }),
      ...(keyAlias === undefined ? {} : { keyAlias }),
      ...(entries === undefined ? {} : { services: entries }),
    });
  }
  return services.map(({ root }) => root);
}

/** A service's root, and what Nx knows where its folder was moved. */
interface Placed {
  readonly roots: readonly string[];
  readonly projects: NxProjects;
}

/** The service's root, after its folder has been moved where that is asked for. */
async function rootOf(tree: Tree, { to, ...given }: RenameOptions, projects: NxProjects): Promise<Placed> {
  const target = to === undefined ? undefined : posix.normalize(to.replaceAll('\\', '/')).replace(/\/$/, '');
  const isThere = target !== undefined && tree.exists(posix.join(target, sopsConfigFile));
  const place = await locateProject(tree, given).catch((error: unknown) => {
    // An earlier run has moved it.
    if (isThere) return { kind: 'service' as const, root: target };
    throw error;
  });
  if (place.kind === 'workspace') return throwProblem(noService);
  const { root } = place;
  if (target === undefined || target === root) return { roots: [assertService(tree, root)], projects };
  if (!tree.exists(posix.join(root, sopsConfigFile)) && isThere) return { roots: [target], projects };
  assertService(tree, root);
  if (tree.exists(target)) throwProblem(taken(target));
  await writablePlace(tree.root, posix.join(target, sopsConfigFile));
  say(`${isDryRun() ? 'would move' : 'moved     '} ${root} to ${target}`);
  if (isDryRun()) return { roots: [root], projects };
  await moveFolder(tree.root, root, target);
  return { roots: [target], projects: afterMove(projects, root, target) };
}

const assertService = (tree: Tree, root: string): string =>
  tree.exists(posix.join(root, sopsConfigFile)) ? root : throwProblem(notAService(root));

async function renameOne(
  tree: Tree,
  root: string,
  given: RenameOptions,
  { names: projects, roots }: NxProjects,
): Promise<ServiceMove | undefined> {
  const plugin = readPlugin(tree.root, readNxJson(tree) ?? {}, projects);
  const { options } = plugin;
  const address = { root, project: options.projects.get(root) };
  const before = formerService(tree, root);
  const now = await serviceName(tree.root, root, options);
  const services = await readServices(tree.root, roots, options);
  const others = services.filter((one) => one.root !== root);
  if (before.name !== undefined && others.some(({ name }) => name === before.name))
    throwProblem(namedAlready(before.name, root));
  const { services: entries } = rawNames(tree, plugin.name);
  const oldRoot = before.name === undefined ? undefined : formerRoot(tree, entries, root, before.name);
  const entry = { ...(oldRoot === undefined ? {} : entryOf(entries, oldRoot)), ...entryOf(entries, root) };
  const write = (next: ServiceEntry) => {
    const written = withEntry(entries, root, next, oldRoot);
    const present = rawNames(tree, plugin.name).services ?? {};
    if (JSON.stringify(written) !== JSON.stringify(present))
      writeNames(tree, plugin.name, { services: written });
  };
  const wanted = given.newName === 'folder' ? basename(root) : given.newName;
  const isAsked = [wanted, given.all ? undefined : given.secretName, given.keyAlias].some(
    (one) => one !== undefined,
  );
  const isUnderWay = options.formerly.has(root);
  const keepsName = before.name === undefined || before.name === now;
  if (!isAsked && !isUnderWay && !keepsName) {
    write({ ...entry, name: before.name === basename(root) ? undefined : before.name });
    say(`kept       name ${before.name ?? now}, its keys and secrets, by "services" in nx.json`);
    return undefined;
  }
  const files = await readSecretFiles(tree.root, root);
  const named = before.keys.flatMap(({ context }) => context?.['stage'] ?? []);
  const stages = [...new Set([...files.map(({ stage }) => stage), ...named])];
  const formerly = await namesBefore(tree, root, { ...before, stages }, options, address, oldRoot);
  const name = wanted ?? (isUnderWay || given.all ? now : (before.name ?? now));
  const next: ServiceEntry = {
    ...entry,
    name: name === basename(root) && root !== '.' ? undefined : name,
    secretName: given.all ? entry.secretName : (given.secretName ?? entry.secretName),
    keyAlias: given.all ? entry.keyAlias : (given.keyAlias ?? entry.keyAlias),
    formerly,
  };
  write(next);
  const after = readPlugin(tree.root, readNxJson(tree) ?? {}, projects).options;
  const service = { name, root, files };
  const all = stages.map((stage) => namesOf(name, stage, after, root));
  const clash = clashes(comparedNames([...others, service], after), after).get(root);
  if (clash) throwProblem(clash);
  const kept = all.find(
    ({ former, ...names }) =>
      former &&
      former.service !== name &&
      (former.secretName === names.secretName || former.keyAlias === names.keyAlias),
  );
  if (kept) throwProblem(nameKept(kept, root));
  const changes = all.filter(
    ({ former, ...names }) =>
      former && (former.secretName !== names.secretName || former.keyAlias !== names.keyAlias),
  );
  if (changes.length === 0) {
    write({ ...next, formerly: undefined });
    say(`unchanged  ${name}: nx.json makes the names that it has`);
    return undefined;
  }
  const path = posix.join(root, sopsConfigFile);
  const text = tree.read(path, 'utf8') ?? '';
  const renamed = renamedRules(
    text,
    all.flatMap((names) =>
      names.former
        ? [{ stage: names.stage, from: names.former.keyAlias, to: names.keyAlias, service: name }]
        : [],
    ),
  );
  if (renamed !== text) tree.write(path, renamed);
  for (const { stage, former, secretName, keyAlias } of changes)
    say(
      `${isDryRun() ? 'would move' : 'moving    '} ${name} ${stage}: ${former?.secretName ?? ''} (${former?.keyAlias ?? ''}) to ${secretName} (${keyAlias})`,
    );
  return {
    workspaceRoot: tree.root,
    root,
    options: after,
    service,
    others,
    nameInCommands: plugin.nameInCommands,
  };
}

/** Takes the former names out of nx.json. */
function finish(tree: Tree, root: string, { names }: NxProjects): undefined {
  const { name, nameInCommands } = readPlugin(tree.root, readNxJson(tree) ?? {}, names);
  const { services } = rawNames(tree, name);
  const { formerly, ...entry } = entryOf(services, root);
  if (formerly === undefined) return void say(`unchanged  ${root}: no rename is under way`);
  writeNames(tree, name, { services: withEntry(services, root, entry, undefined) });
  say(
    textAsInstalled(
      `finished   ${root}. Next: commit, write the policies again, and delete the old secrets by their proof in Git:\n${generateHere('prune', '--delete')}`,
      nameInCommands,
    ),
  );
}

const say = (text: string): void => logger.info(escapeControlCharacters(text));
