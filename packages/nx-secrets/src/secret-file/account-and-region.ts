import type { Problem } from '../problem';
import { runTarget, updateKeys } from '../config/commands';
import type { Names } from '../config/names';
import type { StageOptions } from '../config/options';
import type { KeyArn } from '../aws/arn';

/**
 * A key in another region or account than the stage's is not used: the secret would land where nobody reads it.
 *
 * @param where what names the key: the secret file, or `.sops.yaml`
 * @param file path of the secret file, where there is one
 */
export function wrongAccountOrRegion(
  key: KeyArn,
  stage: StageOptions,
  names: Names,
  where: string,
  file: string | undefined,
): Problem | undefined {
  const wrong = (part: string, is: string, wanted: string): Problem => ({
    code: 'wrongAccountOrRegion',
    what: `the key is in ${part} ${is}, but nx.json puts stage ${names.stage} in ${wanted}`,
    where,
    fix: names.foreignKey
      ? foreignKeyThere(names.stage)
      : [
          `Correct nx.json. Or correct the ARN in ${names.address.root}/.sops.yaml, then create the key and encrypt the file for it:`,
          runTarget(names.address, 'provision-keys', `--stage=${names.stage}`),
          ...(file === undefined ? [] : [updateKeys(file)]),
        ].join('\n'),
  });
  if (stage.region !== undefined && stage.region !== key.region)
    return wrong('region', key.region, stage.region);
  if (stage.accountId !== undefined && stage.accountId !== key.accountId) {
    return wrong('account', key.accountId, stage.accountId);
  }
  return undefined;
}

const foreignKeyThere = (stage: string): string =>
  `The key of a stage is in the stage's region and account. Correct "stages.${stage}" in nx.json, or ask whoever makes the key for one there and write its ARN as "kmsKeyArn".`;
