import { posix } from 'node:path';
import { encrypt, readConfig, ruleFor, type Document } from 'sops-codec';
import { throwProblem, toProblem } from '../../problem';
import { readWorkspaceFile } from '../../config/read-file';
import { parseSecretFile, secretFilePath } from '../../config/secret-file-name';
import { placedAsync, writeSecretFile } from '../../secret-file/read-write';
import { sopsConfigFile } from '../../config/services';
import { recipientsFromRule, unlistedProblem, unlistedRecipients } from '../../secret-file/recipients';
import type { LocatedStage } from './locate';

const noKeys: readonly Document[] = [{ kind: 'map', items: [] }];

/**
 * Makes the encrypted file of a stage, without any keys in it, as its creation rule says.
 *
 * @throws ProblemError where the rule names recipients that nx.json does not list: every value set later would be theirs
 * @param isMade this run made the key, or saw it
 * @returns its path, relative to the workspace; undefined where the key does not exist
 */
export async function makeSecretFile(
  workspaceRoot: string,
  root: string,
  { names: { service, stage }, keyArn, replicaRegions, recipients, keyring }: LocatedStage,
  extension: string,
  isMade: boolean,
): Promise<string | undefined> {
  const inService = secretFilePath(stage, extension);
  const configPath = posix.join(root, sopsConfigFile);
  const rule = ruleFor(
    readConfig((await readWorkspaceFile(workspaceRoot, configPath)).toString('utf8'), configPath),
    inService,
  );
  const format = parseSecretFile(posix.basename(inService))?.format;
  if (!rule || !format) {
    return throwProblem({
      code: 'noCreationRule',
      what: `no creation rule matches ${inService}`,
      where: configPath,
      fix: 'Correct the rules or remove the file, then run init again.',
    });
  }
  const path = posix.join(root, inService);
  const own = { arn: keyArn, service, stage };
  const unlisted = unlistedProblem(
    unlistedRecipients(rule.groups, { own, replicaRegions, recipients }),
    'the creation rule',
    { own, where: `${configPath}, line ${rule.line}`, removal: recipientsFromRule(undefined) },
  );
  if (unlisted) throwProblem(unlisted);
  const file = await placedAsync(path, () => encrypt(noKeys, { ...rule, format }, keyring)).catch(
    (error: unknown) => {
      const problem = toProblem(error);
      const isMissing = problem.code === 'keyNotFound' && problem.where?.includes(keyArn);
      return isMissing && !isMade ? undefined : throwProblem(problem);
    },
  );
  if (!file) return undefined;
  await writeSecretFile(workspaceRoot, path, file);
  return path;
}
