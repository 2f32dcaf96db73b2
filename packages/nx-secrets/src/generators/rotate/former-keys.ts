import { parseKeyArn, type KeyArn } from '../../aws/arn';
import { committedOptions } from '../../config/earlier-naming';
import type { Names } from '../../config/names';
import type { Options } from '../../config/options';
import { keyArnIn } from '../../config/stage-key';

/** A stage of a service whose key may have been another one. */
export interface StageOfService {
  readonly names: Names;
  /** Project root. */
  readonly root: string;
}

/**
 * The keys that a stage had before, by configuration alone, so that no file says which key it is opened with: the own alias
 * where somebody else makes the key now, and the ARN that nx.json names for the stage in HEAD. An ARN of an older commit is
 * none: whoever can commit could name a key of their own, and remove it in the next commit. Those in another region or account
 * than the stage, and those that nx.json names for somebody else now, are none of them.
 */
export async function formerKeys(
  workspaceRoot: string,
  { names, root }: StageOfService,
  options: Options,
): Promise<readonly KeyArn[]> {
  const { foreignKey, stage } = names;
  const alias =
    foreignKey &&
    parseKeyArn(keyArnIn(foreignKey.region, foreignKey.accountId, { keyAlias: names.keyAlias }));
  const committed = await committedOptions(workspaceRoot, options).catch(() => undefined);
  const named = committed?.foreignKeys.get(root)?.get(stage);
  const taken = new Set(
    [...options.foreignKeys.values()].flatMap((keys) => [...keys.values()].map(({ resource }) => resource)),
  );
  const { region = foreignKey?.region, accountId = foreignKey?.accountId } = options.stages.get(stage) ?? {};
  return [...(alias ? [alias] : []), ...(named ? [named] : [])].filter(
    (key) =>
      !taken.has(key.resource) &&
      key.region === (region ?? key.region) &&
      key.accountId === (accountId ?? key.accountId),
  );
}
