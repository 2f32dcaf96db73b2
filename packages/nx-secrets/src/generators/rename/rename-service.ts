import { basename, posix } from 'node:path';
import { readNxJson, type Tree } from '@nx/devkit';
import { clashes, namesOf } from '../../config/names';
import { keyResource } from '../../config/stage-key';
import { readPlugin } from '../../config/plugin';
import {
  comparedNames,
  readSecretFiles,
  readServices,
  serviceName,
  sopsConfigFile,
} from '../../config/services';
import { isDryRun } from '../../output/dry-run';
import { throwProblem } from '../../problem';
import type { Recorder } from '../reported';
import type { ServiceMove } from './carry-out';
import { formerRoot, formerService } from './former-service';
import { keptTogether, nameInNxJson } from './keep-names';
import { leftPlaces } from './left-places';
import { moveOf, withMoved } from './moved-entries';
import { movedExceptions } from './moved-exceptions';
import { namesBefore, type NewNames } from './new-names';
import type { NxProjects } from './nx-projects';
import type { FolderMove } from './old-paths';
import { namedAlready, nameKept } from './refusals';
import { recordStages } from './rename-entries';
import { renamedRules } from './renamed-rules';
import { say } from './say';
import { entryOf, rawNames, withEntry, writeNames, type ServiceEntry } from './service-entry';

/** What one service is to be called, and where it was. */
export interface RenameRequest extends NewNames {
  readonly all: boolean;
  readonly projects: NxProjects;
  /** The move of its folder that this run makes. */
  readonly move: FolderMove | undefined;
}

/**
 * Renames one service in nx.json and `.sops.yaml`, or has it keep its names where its folder was moved.
 *
 * @returns what is left to do with keys and files
 */
export async function renameService(
  tree: Tree,
  root: string,
  { all: isForAll, projects: { names: projects, roots }, move, ...given }: RenameRequest,
  record: Recorder,
): Promise<ServiceMove | undefined> {
  const read = () => readPlugin(tree.root, readNxJson(tree) ?? {}, projects);
  const plugin = read();
  const { options } = plugin;
  const address = { root, project: options.projects.get(root) };
  const before = formerService(tree, root);
  const now = await serviceName(tree.root, root, options);
  const services = await readServices(tree.root, roots, options);
  const others = services.filter((one) => one.root !== root);
  const folder = basename(isDryRun() ? (move?.to ?? root) : root);
  const wanted = given.newName === 'folder' ? folder : given.newName;
  const isAsked = [wanted, isForAll ? undefined : given.secretName, given.keyAlias].some(
    (one) => one !== undefined,
  );
  const isUnderWay = options.formerly.has(root);
  const keepsName = before.name === undefined || before.name === now;
  const keeps = !isAsked && !isUnderWay && !keepsName;
  const kept = before.name === undefined ? [] : keptTogether(tree, { root, name: before.name }, others);
  if (!kept || (kept.length > 1 && !keeps)) throwProblem(namedAlready(before.name ?? now, root));
  const { services: entries, checkExceptions } = rawNames(tree, plugin.name);
  const oldRoot = before.name === undefined ? undefined : formerRoot(tree, entries, root, before.name);
  const entry = { ...(oldRoot === undefined ? {} : entryOf(entries, oldRoot)), ...entryOf(entries, root) };
  const moved = isForAll ? undefined : (move ?? (await moveOf(tree, root, before.name, oldRoot)));
  const write = (next: ServiceEntry, place = root) => {
    const { services: present } = rawNames(tree, plugin.name);
    const written = withEntry(moved ? withMoved(present, moved, tree) : present, place, next, oldRoot);
    writeNames(tree, plugin.name, {
      ...(JSON.stringify(written) === JSON.stringify(present ?? {}) ? {} : { services: written }),
      ...(moved && checkExceptions ? { checkExceptions: movedExceptions(checkExceptions, moved) } : {}),
    });
  };
  const notePlaces = async () => {
    if (!moved) return;
    for (const note of await leftPlaces(tree, moved, !isDryRun() || move === undefined)) {
      say(`note: ${note}`);
      record.note(note);
    }
  };
  if (keeps) {
    for (const one of kept) {
      const own = one.root === root ? entry : entryOf(entries, one.root);
      write({ ...own, name: nameInNxJson(one.name, one.root) }, one.root);
      await recordStages(tree.root, one, read().options, isDryRun() ? 'would-keep' : 'kept', record);
      say(`kept       name ${one.name}, its keys and secrets, by "services" in nx.json`);
    }
    await notePlaces();
    return undefined;
  }
  const files = await readSecretFiles(tree.root, root);
  const named = before.keys.flatMap(({ context }) => context?.['stage'] ?? []);
  const stages = [...new Set([...files.map(({ stage }) => stage), ...named])];
  const formerly = await namesBefore(tree, root, { ...before, stages }, options, address, oldRoot);
  const name = wanted ?? (isUnderWay || isForAll ? now : (before.name ?? now));
  const next: ServiceEntry = {
    ...entry,
    name: nameInNxJson(name, root),
    secretName: isForAll ? entry.secretName : (given.secretName ?? entry.secretName),
    keyAlias: isForAll ? entry.keyAlias : (given.keyAlias ?? entry.keyAlias),
    formerly,
  };
  write(next);
  const after = read().options;
  const service = { name, root, files };
  const all = stages.map((stage) => namesOf(name, stage, after, root));
  const clash = clashes(comparedNames([...others, service], after), after).get(root);
  if (clash) throwProblem(clash);
  const unchanged = all.find(
    ({ former, ...names }) =>
      former &&
      former.service !== name &&
      (former.secretName === names.secretName || former.keyAlias === names.keyAlias),
  );
  if (unchanged) throwProblem(nameKept(unchanged, root));
  const changes = all.filter(
    ({ former, ...names }) =>
      former && (former.secretName !== names.secretName || former.keyAlias !== names.keyAlias),
  );
  if (changes.length === 0) {
    write({ ...next, formerly: undefined });
    await notePlaces();
    await recordStages(tree.root, service, after, 'unchanged', record);
    say(`unchanged  ${name}: nx.json makes the names that it has`);
    return undefined;
  }
  const path = posix.join(root, sopsConfigFile);
  const text = tree.read(path, 'utf8') ?? '';
  const renamed = renamedRules(
    text,
    all.flatMap((names) =>
      names.former
        ? [
            {
              stage: names.stage,
              from: names.foreignKey ? keyResource(names) : names.former.keyAlias,
              to: keyResource(names),
              service: name,
            },
          ]
        : [],
    ),
  );
  if (renamed !== text) tree.write(path, renamed);
  for (const { stage, former, secretName, keyAlias } of changes)
    say(
      `${isDryRun() ? 'would move' : 'moving    '} ${name} ${stage}: ${former?.secretName ?? ''} (${former?.keyAlias ?? ''}) to ${secretName} (${keyAlias})`,
    );
  if (isDryRun()) await recordStages(tree.root, service, after, 'would-move', record);
  await notePlaces();
  const { nameInCommands } = plugin;
  return { workspaceRoot: tree.root, root, options: after, service, others, nameInCommands, record };
}
