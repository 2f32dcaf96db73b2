import { posix } from 'node:path';
import { readConfig, ruleFor } from 'sops-codec';
import { log } from '../../output/log';
import { textIfThere } from '../../config/read-file';
import { secretFilePath } from '../../config/secret-file-name';
import { readSecretFiles, sopsConfigFile } from '../../config/services';
import { notOurs } from '../../keys/foreign-key';
import { makesKeyOf } from './make-keys';
import { entryOf } from './setup-entry';
import type { ServiceSetup } from './setup-request';

/**
 * Says what a dry run would do to keys and files, as far as it is known without AWS.
 *
 * @param shown whether Nx shows the change of `.sops.yaml` itself
 */
export async function announce(setup: ServiceSetup, shown: boolean): Promise<void> {
  const { workspaceRoot, root, extension, stages } = setup;
  const files = await readSecretFiles(workspaceRoot, root);
  const configPath = posix.join(root, sopsConfigFile);
  const text = await textIfThere(workspaceRoot, configPath);
  const config = readConfig(text ?? '', configPath);
  const unmatched = stages.filter(
    ({ names: { stage } }) => ruleFor(config, secretFilePath(stage, extension)) === undefined,
  );
  const rules =
    unmatched.length === 0
      ? `present    ${configPath}`
      : `would add to ${configPath} a rule for ${unmatched.map(({ names }) => names.stage).join(', ')}`;
  const lines = (setup.makeFiles ? stages : []).flatMap(({ names, ...stage }) => {
    const file = files.find((one) => one.stage === names.stage);
    const path = posix.join(root, file?.path ?? secretFilePath(names.stage, extension));
    setup.record?.(entryOf(setup, names, path, { kind: file ? 'unchanged' : 'would-write' }));
    return [
      names.foreignKey
        ? `would use key ${names.foreignKey.arn}: ${notOurs}`
        : makesKeyOf(setup, { names, ...stage })
          ? `would create key ${names.keyAlias} if it is missing, and repair it if it drifted`
          : `would not create key ${names.keyAlias}: the pipeline does (provision-keys)`,
      file ? `present    ${path}` : `would write ${path} once its key exists`,
    ];
  });
  log([...(shown ? [] : [rules]), ...lines].join('\n'));
}
