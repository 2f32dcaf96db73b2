import { posix } from 'node:path';
import { readConfig, ruleFor, type SopsConfig } from 'sops-codec';
import { yearly } from '../aws/kms/keys';
import { keyPolicy, revokedKeyPolicy } from '../policies/key-policy';
import { secretPolicy } from '../policies/secret-policy';
import { policySubject } from '../policies/subject';
import { throwProblem, toProblem, type Problem } from '../problem';
import { namedKeys, underAnotherKey, type NamedKey } from '../secret-file/other-key';
import { namesOf, type Names } from '../config/names';
import { foreignKeyIds } from '../config/foreign-keys';
import type { Options } from '../config/options';
import { readWorkspaceFile } from '../config/read-file';
import { secretFilePath } from '../config/secret-file-name';
import { placed, readSecretFile } from '../secret-file/read-write';
import { mayHaveStage, stagesOfService } from '../config/service-stages';
import { sopsConfigFile, type Service } from '../config/services';
import { isStageKey } from '../config/stage-key';
import { roleFor, type Task } from '../config/stage-roles';
import type { KeyArn } from '../aws/arn';
import { allTags, descriptionOf } from '../aws/tags';
import { wrongAccountOrRegion } from '../secret-file/account-and-region';
import type { DesiredKey } from './states';

/** A stage of a service, with the key that it should have or what is wrong with it. */
export interface KeyEntry {
  readonly service: Service;
  readonly stage: string;
  readonly state: DesiredKey | Problem;
}

/** Whether an entry's key can be provisioned. */
export const isDesired = (state: DesiredKey | Problem): state is DesiredKey => 'policy' in state;

/**
 * The keys that a service should have: one for each stage of which a creation rule, or else the secret file, names the
 * key alias. A stage of nx.json that the service has neither rule nor file for is none of its stages.
 *
 * @param asked stages that are asked for by name: a rule without encryption context does not say which it is for
 * @param task what is done with the keys, which decides as whom
 */
export async function readDesiredKeys(
  workspaceRoot: string,
  service: Service,
  options: Options,
  asked: readonly string[],
  task: Task,
): Promise<readonly KeyEntry[]> {
  const where = posix.join(service.root, sopsConfigFile);
  try {
    const text = (await readWorkspaceFile(workspaceRoot, where)).toString('utf8');
    const config = placed(where, () => readConfig(text, where));
    const stages = [
      ...new Set([
        ...stagesOf(service, config, options),
        ...asked.filter((stage) => mayHaveStage(service.root, stage, options)),
      ]),
    ];
    const found = await Promise.all(
      stages.map(async (stage): Promise<KeyEntry | undefined> => {
        const state = await readDesiredKey(workspaceRoot, service, stage, config, options, task).catch(
          toProblem,
        );
        return state && { service, stage, state };
      }),
    );
    return found.filter((entry) => entry !== undefined);
  } catch (error) {
    return [{ service, stage: '', state: toProblem(error) }];
  }
}

/** Stages that may be a service's: those of nx.json, of its files, and of the encryption contexts in its rules. */
function stagesOf(service: Service, { rules = [] }: SopsConfig, options: Options): readonly string[] {
  const contexts = rules.flatMap(({ groups }) =>
    groups
      .flat()
      .flatMap((recipient) => (recipient.kind === 'kms' ? (recipient.context?.['stage'] ?? []) : [])),
  );
  const given = contexts.filter((stage) => mayHaveStage(service.root, stage, options));
  return [...new Set([...stagesOfService(service.root, service.files, options), ...given])];
}

async function readDesiredKey(
  workspaceRoot: string,
  service: Service,
  stage: string,
  config: SopsConfig,
  options: Options,
  task: Task,
): Promise<DesiredKey | undefined> {
  const names = namesOf(service.name, stage, options, service.root);
  const files = service.files
    .filter((file) => file.stage === stage)
    .map(({ path }) => posix.join(service.root, path));
  const matched = namedKeys(ruleFor(config, filePath(service, stage))?.groups.flat() ?? []);
  const filed = stageKeyAmong(matched, names) ? [] : await keysOfFile(workspaceRoot, files[0]);
  const key = stageKeyAmong([...matched, ...filed], names);
  if (!key) {
    // A rule that says of another service that it is of this stage came from there.
    const isRenamed = matched.some(
      ({ context }) => context?.['stage'] === stage && context['service'] !== undefined,
    );
    const path = files[0] ?? (isRenamed ? posix.join(service.root, filePath(service, stage)) : undefined);
    return path === undefined
      ? undefined
      : throwProblem(nowhereNamed(names, path, config.where, [...filed, ...matched]));
  }
  const stageOptions = options.stages.get(stage) ?? {};
  const problem = wrongAccountOrRegion(key, stageOptions, names, config.where, files[0]);
  if (problem) throwProblem(problem);
  const subject = policySubject(names, stageOptions, key);
  return {
    names,
    root: service.root,
    where: config.where,
    scope: { region: key.region, accountId: key.accountId, roleArn: roleFor(stageOptions, task, names) },
    description: descriptionOf(names),
    tags: allTags(names),
    policy: keyPolicy(subject),
    revokedPolicy: revokedKeyPolicy(subject),
    ...(subject.principals ? { secretPolicy: secretPolicy(subject) } : {}),
    rotationDays: stageOptions.keyRotationDays ?? yearly,
    replicaRegions: stageOptions.replicaRegions ?? [],
    files,
    foreignKeys: foreignKeyIds(options),
  };
}

/** The path of a stage's file in its service, or that which it would have. */
const filePath = ({ files }: Service, stage: string): string =>
  files.find((file) => file.stage === stage)?.path ?? secretFilePath(stage, 'yaml');

async function keysOfFile(workspaceRoot: string, path: string | undefined): Promise<readonly NamedKey[]> {
  if (path === undefined) return [];
  const { file } = await readSecretFile(workspaceRoot, path);
  return namedKeys(file.metadata.groups.flat());
}

const stageKeyAmong = (keys: readonly NamedKey[], names: Names): KeyArn | undefined =>
  keys.find(({ key }) => isStageKey(key, names))?.key;

const nowhereNamed = (names: Names, path: string, where: string, named: readonly NamedKey[]): Problem => ({
  code: 'keyNotNamed',
  what: `neither the creation rule nor the file names the key of stage ${names.stage}, ${names.foreignKey?.arn ?? names.keyAlias}`,
  where: `${where}, ${path}`,
  fix: underAnotherKey(named, names, path),
});
