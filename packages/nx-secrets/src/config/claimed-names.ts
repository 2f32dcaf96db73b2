import { posix } from 'node:path';
import { readConfig, ruleFor } from 'sops-codec';
import { parseKeyArn } from './key-arn';
import { namesOf, type PlacedNames } from './names';
import type { Options } from './options';
import { textIfThere } from './read-file';
import { secretFilePath } from './secret-file-name';
import { comparedNames, sopsConfigFile, type Service } from './services';
import { isStageKey } from './stage-key';

/**
 * Names of every stage that has a file, and of those that have a rule only, as far as they are among the given ones: what
 * `init --no-files` leaves has its names, too.
 *
 * @param own names that somebody is about to use
 */
export async function claimedNames(
  workspaceRoot: string,
  services: readonly Service[],
  options: Options,
  own: readonly PlacedNames[],
): Promise<readonly PlacedNames[]> {
  const wanted = new Set(own.flatMap(({ secretName, keyAlias }) => [secretName, keyAlias]));
  const stages = [...new Set([...options.stages.keys(), ...own.map(({ stage }) => stage)])];
  // Few services have the name of another one: of these alone rules are read.
  const alike = services.flatMap((service) =>
    stages
      .filter((stage) => !service.files.some((file) => file.stage === stage))
      .flatMap((stage) => namesIfValid(service, stage, options))
      .filter(({ secretName, keyAlias }) => wanted.has(secretName) || wanted.has(keyAlias))
      .map((names) => ({ service, names })),
  );
  const ruled = await Promise.all(
    alike.map(async ({ service, names }) =>
      (await hasRule(workspaceRoot, service, names.stage, options)) ? [names] : [],
    ),
  );
  return [...comparedNames(services, options), ...ruled.flat()];
}

function namesIfValid({ name, root }: Service, stage: string, options: Options): readonly PlacedNames[] {
  try {
    return [{ ...namesOf(name, stage, options, root), root }];
  } catch {
    return [];
  }
}

/** Whether a rule in a service's `.sops.yaml` names the key of a stage. */
export async function hasRule(
  workspaceRoot: string,
  { name, root }: Service,
  stage: string,
  options: Options,
): Promise<boolean> {
  const path = posix.join(root, sopsConfigFile);
  try {
    const names = namesOf(name, stage, options, root);
    const config = readConfig((await textIfThere(workspaceRoot, path)) ?? '', path);
    const recipients = ruleFor(config, secretFilePath(stage, 'yaml'))?.groups.flat() ?? [];
    return recipients.some((one) => {
      const key = one.kind === 'kms' ? parseKeyArn(one.arn) : undefined;
      return key !== undefined && isStageKey(key, names);
    });
  } catch {
    // Whatever is wrong with it is reported where it is used.
    return false;
  }
}
