import { posix } from 'node:path';
import { ruleFor, type EncryptedFile } from 'sops-codec';
import { wrongAccountOrRegion } from './account-and-region';
import { parseKeyArn } from '../aws/arn';
import { throwProblem, type Problem } from '../problem';
import { ownership } from './ownership';
import { encryptAgain, updateKeys } from '../config/commands';
import { stageFields } from '../config/stage-fix';
import type { Names } from '../config/names';
import type { StageOptions } from '../config/options';
import { isEasierToOpen } from './key-groups';
import { neededGroups } from './needed-groups';
import { readSopsConfig } from './sops-config';
import type { OwnKey } from './own-key';
import {
  identityOf,
  recipientsFromRule,
  unlistedProblem,
  unlistedRecipients,
  unmatchedRecipients,
} from './recipients';

/** A secret file that is to be rewritten. */
export interface RewriteTarget {
  readonly workspaceRoot: string;
  /** Project root of the service. */
  readonly root: string;
  /** Of the file, relative to the workspace. */
  readonly path: string;
  readonly names: Names;
  /** What nx.json says of the stage. */
  readonly stage: StageOptions;
  /** Key aliases of all services and stages, with whom they belong to. */
  readonly owners: ReadonlyMap<string, string>;
}

/**
 * Asserts that a file may be given a new value or data key: it names its stage's own key where nx.json has the stage, and
 * every other recipient is named by nx.json and by the creation rule, which does not want more of them together. Asks nobody.
 *
 * @returns the only key that the file is opened with
 * @throws ProblemError naming the first thing that is not so
 */
export async function assertRewritable(file: EncryptedFile, target: RewriteTarget): Promise<OwnKey> {
  const { workspaceRoot, root, path, names, stage, owners } = target;
  const owned = ownership(file, names, owners, path, stage);
  if (owned.kind === 'refused') return throwProblem(owned.problem);
  const problem = wrongAccountOrRegion(owned.key, stage, names, path, path);
  if (problem) throwProblem(problem);
  const own = { arn: owned.key.arn, service: names.service, stage: names.stage };
  const { replicaRegions = [], recipients = {} } = stage;
  const listed = { own, replicaRegions, recipients };
  const { groups } = file.metadata;
  const unlisted = unlistedProblem(unlistedRecipients(groups, listed), 'the file', {
    own,
    where: path,
    removal: recipientsFromRule(path),
  });
  if (unlisted) throwProblem(unlisted);
  const others = groups.map((group) => group.filter((one) => identityOf(one) !== own.arn));
  if (others.flat().length === 0) return own;
  const config = await readSopsConfig(workspaceRoot, root);
  const rule = ruleFor(config, posix.relative(root, path));
  const [unmatched] = unmatchedRecipients(others, rule?.groups ?? []);
  if (unmatched) throwProblem(unmatchedProblem(identityOf(unmatched), config.where, target));
  if (rule && isEasierToOpen(file.metadata, rule))
    throwProblem(easierProblem(neededGroups(rule), config.where, path));
  return own;
}

/**
 * Asserts that a file's own key is in the account of whoever rewrites it, where nx.json names no account: a file may name
 * an alias of the right name in anybody's account.
 *
 * @param account of the identity in use, in a region
 */
export async function assertOwnAccount(
  own: OwnKey,
  { stage, path, names }: RewriteTarget,
  account: (region: string, on: string) => Promise<string>,
): Promise<void> {
  const key = parseKeyArn(own.arn);
  // assertRewritable compared the two; the ARN of a key that somebody else makes is nx.json's own word.
  if (stage.accountId !== undefined || names.foreignKey || !key) return;
  const actual = await account(key.region, path);
  if (actual === key.accountId) return;
  throwProblem({
    code: 'wrongAccount',
    what: `the key of the file is in account ${key.accountId}, but these credentials belong to account ${actual}`,
    where: path,
    fix: `Sign in to account ${key.accountId}. If stage ${names.stage} is in that account, set it in the plugin's options in nx.json:${stageFields(names.stage, { accountId: key.accountId })}`,
  });
}

const easierProblem = (needed: number, config: string, path: string): Problem => ({
  code: 'keyGroupsWeaker',
  what: `the creation rule wants ${needed} key groups to be needed to decrypt the file; its own groups or threshold ask for less`,
  where: `${path}, ${config}`,
  fix: `Encrypt it again, as its creation rule says:\n${encryptAgain(path)}`,
});

const unmatchedProblem = (identity: string, config: string, { path }: RewriteTarget): Problem => ({
  code: 'recipientNotInRule',
  what: `${identity} can open the file, but its creation rule does not name this recipient`,
  where: `${path}, ${config}`,
  fix: `To keep it, add it to the rule. To remove it from the file:\n${updateKeys(path)}`,
});
