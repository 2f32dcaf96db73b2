import { posix } from 'node:path';
import type { Tree } from '@nx/devkit';
import { readConfig, ruleFor, type SopsConfig } from 'sops-codec';
import { parseKeyArn } from '../../aws/arn';
import { policySubject, type PolicySubject } from '../../policies/subject';
import { throwProblem, type Problem } from '../../problem';
import { namesOf, type Names } from '../../config/names';
import type { Options } from '../../config/options';
import { stageFields } from '../../config/stage-fix';
import { secretFilePath } from '../../config/secret-file-name';
import { isStageKey } from '../../config/stage-key';
import { stagesOfService } from '../../config/service-stages';
import { sopsConfigFile, type Service } from '../../config/services';

/** Where a stage's key and secret are. */
interface Location {
  readonly region: string;
  readonly accountId: string;
}

/**
 * What the policies of a service are about: each of its stages, or of those asked for, with the region and account that
 * nx.json says, else those of the key in `.sops.yaml`.
 *
 * @throws ProblemError where a stage has a file, but nothing says where its key is
 */
export function subjectsOf(
  tree: Tree,
  { name, root, files }: Service,
  asked: readonly string[],
  options: Options,
): readonly PolicySubject[] {
  const configPath = posix.join(root, sopsConfigFile);
  const config = readConfig(tree.read(configPath, 'utf8') ?? '', configPath);
  return stagesOfService(root, files, options)
    .filter((stage) => asked.length === 0 || asked.includes(stage))
    .flatMap((stage) => {
      const names = namesOf(name, stage, options, root);
      const stageOptions = options.stages.get(stage) ?? {};
      const file = files.find((one) => one.stage === stage);
      const location = {
        ...(names.foreignKey ?? keyLocation(config, file?.path ?? secretFilePath(stage, 'yaml'), names)),
        ...stageOptions,
      };
      const { region, accountId } = location;
      if (region !== undefined && accountId !== undefined)
        return [policySubject(names, stageOptions, { region, accountId })];
      return file === undefined ? [] : throwProblem(unlocated(stage, configPath));
    });
}

/** Region and account of the key that the creation rule of a file names. */
function keyLocation(config: SopsConfig, path: string, names: Names): Partial<Location> {
  const keys = (ruleFor(config, path)?.groups ?? [])
    .flat()
    .flatMap((recipient) => (recipient.kind === 'kms' ? (parseKeyArn(recipient.arn) ?? []) : []));
  const key = keys.find((one) => isStageKey(one, names));
  return key === undefined ? {} : { region: key.region, accountId: key.accountId };
}

const unlocated = (stage: string, configPath: string): Problem => ({
  code: 'noLocation',
  what: `no region or account is configured for stage ${stage}`,
  where: `nx.json, ${configPath}`,
  fix: `Name its key in ${configPath}, or set both in the plugin's options in nx.json:${stageFields(stage, { region: 'eu-west-1', accountId: '<twelve digits>' })}`,
});
