import type { Problem } from '../problem';
import type { Names } from '../workspace/names';
import type { StageOptions } from '../workspace/options';
import type { KeyArn } from './key-arn';

/** A key in another region or account than the stage's is not used: the secret would land where nobody reads it. */
export function misplaced(key: KeyArn, stage: StageOptions, names: Names, path: string): Problem | undefined {
  const wrong = (part: string, is: string, wanted: string): Problem => ({
    what: `the key is in ${part} ${is}, but nx.json puts stage ${names.stage} in ${wanted}`,
    where: path,
    fix: `Correct nx.json or the ARN in .sops.yaml, then sops updatekeys ${path}.`,
  });
  if (stage.region !== undefined && stage.region !== key.region)
    return wrong('region', key.region, stage.region);
  if (stage.accountId !== undefined && stage.accountId !== key.accountId) {
    return wrong('account', key.accountId, stage.accountId);
  }
  return undefined;
}
