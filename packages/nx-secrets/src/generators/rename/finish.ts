import { readNxJson, type Tree } from '@nx/devkit';
import { generateHere } from '../../config/commands';
import { readPlugin } from '../../config/plugin';
import { textAsInstalled } from '../../config/plugin-name';
import { serviceName } from '../../config/services';
import { isDryRun } from '../../output/dry-run';
import type { Recorder } from '../reported';
import type { NxProjects } from './nx-projects';
import { recordStages } from './rename-entries';
import { say } from './say';
import { entryOf, rawNames, withEntry, writeNames } from './service-entry';

/** Takes the former names of a service out of nx.json. */
export async function finish(
  tree: Tree,
  root: string,
  { names }: NxProjects,
  record: Recorder,
): Promise<undefined> {
  const { name, nameInCommands, options } = readPlugin(tree.root, readNxJson(tree) ?? {}, names);
  const { services } = rawNames(tree, name);
  const { formerly, ...entry } = entryOf(services, root);
  const service = { name: await serviceName(tree.root, root, options), root };
  const done = (kind: string) => recordStages(tree.root, service, options, kind, record);
  if (formerly === undefined) {
    await done('unchanged');
    return void say(`unchanged  ${root}: no rename is under way`);
  }
  writeNames(tree, name, { services: withEntry(services, root, entry, undefined) });
  await done(isDryRun() ? 'would-finish' : 'finished');
  say(
    textAsInstalled(
      `finished   ${root}. Next: commit, write the policies again, and delete the old secrets by their proof in Git:\n${generateHere('prune', '--delete')}`,
      nameInCommands,
    ),
  );
  return undefined;
}
