import { posix } from 'node:path';
import { readConfig, ruleFor } from 'sops-codec';
import type { Clients } from '../../aws/clients';
import type { PlacedNames } from '../../config/names';
import { textIfThere } from '../../config/read-file';
import { parseSecretFile, secretsFolder } from '../../config/secret-file-name';
import { sopsConfigFile } from '../../config/services';
import { parseKeyArn } from '../../aws/arn';
import { needsPolicy } from '../plan';
import type { DesiredKey, KeyAction, KeySettings } from '../states';
import { adoptionProblem, type ServiceFile } from './adoption-problem';
import { findLoss } from './find-loss';
import { isHarmless, type Loss } from './loss';

/** What looking for losses needs. */
export interface AdoptionContext {
  readonly workspaceRoot: string;
  readonly clientsIn: (region: string) => Clients;
  /** Names of every service's every stage that has a file. */
  readonly everyName: readonly PlacedNames[];
}

/**
 * The action, or its refusal: where a key that this plugin did not make would get the stage's policy, and somebody would
 * lose access by it.
 *
 * @throws ProblemError where AWS refuses to say who uses the key
 */
export async function checkAdoption(
  action: KeyAction,
  desired: DesiredKey,
  settings: KeySettings | undefined,
  { workspaceRoot, clientsIn, everyName }: AdoptionContext,
): Promise<KeyAction> {
  if (action.kind !== 'repair' || settings === undefined || !needsPolicy(action.repairs)) return action;
  if (action.key.tags['managed-by'] === desired.tags['managed-by']) return action;
  const loss = await findLoss(workspaceRoot, clientsIn, desired, action.key, settings);
  if (isHarmless(loss)) return action;
  const files = await serviceFiles(workspaceRoot, loss, [
    ...everyName,
    { ...desired.names, root: desired.root },
  ]);
  return { kind: 'refuse', problem: adoptionProblem(desired, action.key, loss, (path) => files.get(path)) };
}

/** Those of the files that are services' secret files. */
async function serviceFiles(
  workspaceRoot: string,
  { files }: Loss,
  everyName: readonly PlacedNames[],
): Promise<ReadonlyMap<string, ServiceFile>> {
  const found = await Promise.all(
    files.map(async ({ path }): Promise<readonly [string, ServiceFile][]> => {
      const folder = posix.dirname(path);
      const root = folder === secretsFolder ? '.' : posix.dirname(folder);
      const stage = parseSecretFile(posix.basename(path))?.stage;
      const names = everyName.find((one) => one.root === root && one.stage === stage);
      if (!names || posix.basename(folder) !== secretsFolder) return [];
      const config = posix.join(root, sopsConfigFile);
      const ruleIsRight = await namesOwnKey(workspaceRoot, config, posix.relative(root, path), names);
      return [[path, { names, config, ruleIsRight }]];
    }),
  );
  return new Map(found.flat());
}

async function namesOwnKey(
  workspaceRoot: string,
  config: string,
  path: string,
  { keyAlias, service, stage }: PlacedNames,
): Promise<boolean> {
  try {
    const rule = ruleFor(readConfig((await textIfThere(workspaceRoot, config)) ?? '', config), path);
    return (rule?.groups.flat() ?? []).some(
      (recipient) =>
        recipient.kind === 'kms' &&
        parseKeyArn(recipient.arn)?.resource === keyAlias &&
        recipient.context?.['service'] === service &&
        recipient.context['stage'] === stage,
    );
  } catch {
    return false;
  }
}
