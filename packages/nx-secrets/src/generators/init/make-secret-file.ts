import { posix } from 'node:path';
import { encrypt, readConfig, ruleFor, type Document } from 'sops-codec';
import { throwProblem, toProblem } from '../../problem';
import { readWorkspaceFile } from '../../config/read-file';
import { parseSecretFile, secretFilePath } from '../../config/secret-file-name';
import { placedAsync, writeSecretFile } from '../../secret-file/read-write';
import { sopsConfigFile } from '../../config/services';
import { recipientsFromRule, unlistedProblem, unlistedRecipients } from '../../secret-file/recipients';
import { assertReadsBack } from '../../secret-file/reads-back';
import type { LocatedStage } from './locate';
import type { NewContents } from './setup-request';

const noKeys: readonly Document[] = [{ kind: 'map', items: [] }];

/** A file that is to be made. */
export interface NewSecretFile {
  readonly extension: string;
  /** This run made the key, or saw it. */
  readonly isMade: boolean;
  /** What it holds; no keys where absent. */
  readonly contents?: NewContents | undefined;
}

/**
 * Makes the encrypted file of a stage as its creation rule says. One with values is written once it opens with the stage's
 * own key.
 *
 * @throws ProblemError where the rule names recipients that nx.json does not list: every value set later would be theirs
 * @returns its path, relative to the workspace; undefined where the key does not exist
 */
export async function makeSecretFile(
  workspaceRoot: string,
  root: string,
  { names: { service, stage }, keyArn, replicaRegions, recipients, keyring }: LocatedStage,
  { extension, isMade, contents }: NewSecretFile,
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
  const file = await placedAsync(path, () =>
    encrypt(contents?.documents ?? noKeys, { ...rule, format }, keyring),
  ).catch((error: unknown) => {
    const problem = toProblem(error);
    const isMissing = problem.code === 'keyNotFound' && problem.where?.includes(keyArn);
    return isMissing && !isMade ? undefined : throwProblem(problem);
  });
  if (!file) return undefined;
  if (contents) await assertReadsBack(file, contents.documents, own, keyring, path, contents.mayStayPlain);
  await writeSecretFile(workspaceRoot, path, file);
  return path;
}
