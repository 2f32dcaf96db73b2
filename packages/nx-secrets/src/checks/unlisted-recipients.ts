import { posix } from 'node:path';
import { ruleFor, type EncryptedFile, type SopsConfig } from 'sops-codec';
import { pendingValuesIn } from '../secret-file/pending-values';
import type { KeyArn } from '../aws/arn';
import type { Problem } from '../problem';
import { recipientsFromRule, unlistedProblem, unlistedRecipients } from '../secret-file/recipients';
import type { Names } from '../config/names';
import type { StageOptions } from '../config/options';
import { setKey } from '../config/commands';
import { keyText } from '../secret-file/key-path';

/** Which stage's file it is, and where. */
export interface CheckedFile {
  /** Project root of the service. */
  readonly root: string;
  /** Of the file, relative to the workspace. */
  readonly path: string;
  readonly names: Names;
  readonly stage: StageOptions;
  /** The stage's own key, as the file names it. */
  readonly key: KeyArn;
}

/**
 * The recipients of a file, of its pending values and of its creation rule that are neither the stage's own key nor listed
 * in nx.json. `.sops.yaml` does not excuse the file: whoever can commit one can commit both.
 */
export function unlistedIn(
  file: EncryptedFile,
  config: SopsConfig | undefined,
  { root, path, names, stage, key }: CheckedFile,
): readonly Problem[] {
  const own = { arn: key.arn, service: names.service, stage: names.stage };
  const listed = { own, replicaRegions: stage.replicaRegions ?? [], recipients: stage.recipients ?? {} };
  const rule = config && ruleFor(config, posix.relative(root, path));
  const inFile = unlistedRecipients(file.metadata.groups, listed);
  const pending = pendingValuesIn(file.documents, path).map(({ keys, file: value }) => {
    const key = keyText(keys, file.format);
    const again = [
      setKey(names.address, names.stage, key, '--unset'),
      setKey(names.address, names.stage, key),
    ];
    return unlistedProblem(unlistedRecipients(value.metadata.groups, listed), `the pending value of ${key}`, {
      own,
      where: path,
      removal: `remove the pending value and set it again:\n${again.join('\n')}`,
    });
  });
  const inRule = unlistedRecipients(rule?.groups ?? [], listed);
  const at = (where: string) => ({ own, where, removal: recipientsFromRule(path) });
  return [
    unlistedProblem(inFile, 'the file', at(path)),
    ...pending,
    // What the file has as well is reported once.
    inFile.length > 0
      ? undefined
      : unlistedProblem(inRule, 'the creation rule', at(`${config?.where ?? ''}, line ${rule?.line ?? 1}`)),
  ].filter((problem) => problem !== undefined);
}
