import type { Names } from '../../config/names';
import { generate, generateHere } from '../../config/commands';
import { sopsConfigFile } from '../../config/services';
import { failedPart } from '../../output/failed-part';
import type { Problem } from '../../problem';

/** Several services could not be renamed. */
export const several = (problems: readonly Problem[], all: number): Problem => ({
  code: 'partlyFailed',
  what: failedPart(problems.length, all, ['service', 'services'], 'renamed'),
  fix: `See each:\n${problems.map(({ what, fix }) => `${what}\n${fix}`).join('\n')}`,
});

/** What is for one service was asked for all. */
export const forOne: Problem = {
  code: 'conflictingOptions',
  what: '--all cannot be combined with --new-name or --to',
  where: '--all',
  fix: `Rename services one by one, in their folders:\n${generateHere('rename', '--new-name=<name>')}`,
};

/** At the workspace root no service is meant. */
export const noService: Problem = {
  code: 'noService',
  what: 'no service specified',
  where: 'the workspace',
  fix: `Name one, or pass --all with new patterns:\n${generateHere('rename', '--project=<project>')}`,
};

/** The folder is not a service. */
export const notAService = (root: string): Problem => ({
  code: 'notAService',
  what: `${root} has no ${sopsConfigFile}, so it is not a service`,
  where: root,
  fix: `Run it in the folder where the service is now. To set a new service up:\n${generate({ root }, 'init')}`,
});

/** The folder to move to exists. */
export const taken = (target: string): Problem => ({
  code: 'conflictingOptions',
  what: `${target} exists already`,
  where: '--to',
  fix: 'Choose a folder that does not exist.',
});

/** A folder cannot be moved into itself. */
export const intoItself = (root: string, target: string): Problem => ({
  code: 'conflictingOptions',
  what:
    root === '.'
      ? 'the project at the workspace root cannot be moved'
      : `${root} cannot be moved to ${target}, which is in it`,
  where: '--to',
  fix: 'Choose a folder outside of it, or leave --to out.',
});

/** What `--to` names is not a folder of the workspace. */
export const badFolder = (to: string): Problem => ({
  code: 'outsideWorkspace',
  what: `"${to}" is not a folder in the workspace`,
  where: '--to',
  fix: 'Pass a path relative to the workspace root, such as --to=apps/orders.',
});

/** The rules are those of another service of the workspace. */
export const namedAlready = (name: string, root: string): Problem => ({
  code: 'nameClash',
  what: `${root}/${sopsConfigFile} names the keys of ${name}, which is another service of the workspace`,
  where: root,
  fix: `If ${root} is a copy of it, make its files again:\n${generate({ root }, 'init')}`,
});

/** A new name that leaves secret or key with the old one. */
export const nameKept = ({ secretName, keyAlias }: Names, root: string): Problem => ({
  code: 'nameKept',
  what: `with the new name the service would still have ${secretName} and ${keyAlias}, of which one belongs to the old name by its tags`,
  where: `nx.json, services["${root}"]`,
  fix: 'Pass --secret-name and --key-alias with other patterns, too; or keep the name.',
});
