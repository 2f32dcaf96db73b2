import { posix } from 'node:path';
import { readConfig, ruleFor, type SopsConfig } from 'sops-codec';
import { yearly } from '../aws/kms';
import { keyPolicy } from '../policies/key-policy';
import { policySubject } from '../policies/subject';
import { fail, toProblem, type Problem } from '../problem';
import { namesOf, type Names } from '../workspace/names';
import type { Options } from '../workspace/options';
import { readWorkspaceFile } from '../workspace/read-file';
import { secretFilePath } from '../workspace/secret-file';
import { placed, readSecretFile } from '../workspace/secret-file-io';
import { sopsConfigFile, type Service } from '../workspace/services';
import { parseKeyArn, type KeyArn } from './key-arn';
import { descriptionOf, managedTags } from './marks';
import { misplaced } from './misplaced';
import type { DesiredKey } from './states';
import { generate, shellWord, updateKeys } from '../workspace/commands';

/** A stage of a service, with the key that it should have or what is wrong with it. */
export interface KeyCandidate {
  readonly service: Service;
  readonly stage: string;
  readonly state: DesiredKey | Problem;
}

/** Whether a candidate's key can be provisioned. */
export const isDesired = (state: DesiredKey | Problem): state is DesiredKey => 'policy' in state;

/**
 * The keys that a service should have: one for each stage of which a creation rule, or else the secret file, names the
 * key alias. A stage of nx.json that the service has neither rule nor file for is none of its stages.
 *
 * @param asked stages that are asked for by name: a rule without encryption context does not say which it is for
 */
export async function readDesiredKeys(
  workspaceRoot: string,
  service: Service,
  options: Options,
  asked: readonly string[],
): Promise<readonly KeyCandidate[]> {
  const where = posix.join(service.root, sopsConfigFile);
  try {
    const text = (await readWorkspaceFile(workspaceRoot, where)).toString('utf8');
    const config = placed(where, () => readConfig(text, where));
    const stages = [...new Set([...stagesOf(service, config, options), ...asked])];
    const found = await Promise.all(
      stages.map(async (stage): Promise<KeyCandidate | undefined> => {
        const state = await readDesiredKey(workspaceRoot, service, stage, config, options).catch(toProblem);
        return state && { service, stage, state };
      }),
    );
    return found.filter((candidate) => candidate !== undefined);
  } catch (error) {
    return [{ service, stage: '', state: toProblem(error) }];
  }
}

/** Stages that may be a service's: those of nx.json, of its files, and of the encryption contexts in its rules. */
function stagesOf({ files }: Service, { rules = [] }: SopsConfig, options: Options): readonly string[] {
  const contexts = rules.flatMap(({ groups }) =>
    groups
      .flat()
      .flatMap((recipient) => (recipient.kind === 'kms' ? (recipient.context?.['stage'] ?? []) : [])),
  );
  return [...new Set([...options.stages.keys(), ...files.map(({ stage }) => stage), ...contexts])];
}

async function readDesiredKey(
  workspaceRoot: string,
  service: Service,
  stage: string,
  config: SopsConfig,
  options: Options,
): Promise<DesiredKey | undefined> {
  const names = namesOf(service.name, stage, options, service.root);
  const files = service.files
    .filter((file) => file.stage === stage)
    .map(({ path }) => posix.join(service.root, path));
  const key = ruleKey(config, service, names) ?? (await fileKey(workspaceRoot, files, names));
  if (!key) return files[0] === undefined ? undefined : fail(nowhereNamed(names, files[0], config.where));
  const stageOptions = options.stages.get(stage) ?? {};
  const problem = misplaced(key, stageOptions, names, config.where, files[0]);
  if (problem) fail(problem);
  return {
    names,
    root: service.root,
    where: config.where,
    scope: { region: key.region, accountId: key.accountId, roleArn: stageOptions.roleArn },
    description: descriptionOf(names),
    tags: managedTags(names),
    policy: keyPolicy(policySubject(names, stageOptions, key)),
    rotationDays: stageOptions.keyRotationDays ?? yearly,
    replicaRegions: stageOptions.replicaRegions ?? [],
    files,
  };
}

/** The key of a stage as the creation rule for its file names it. */
function ruleKey(config: SopsConfig, { files }: Service, { stage, keyAlias }: Names): KeyArn | undefined {
  const path = files.find((file) => file.stage === stage)?.path ?? secretFilePath(stage, 'yaml');
  return aliasAmong(ruleFor(config, path)?.groups.flat() ?? [], keyAlias);
}

async function fileKey(
  workspaceRoot: string,
  [path]: readonly string[],
  { keyAlias }: Names,
): Promise<KeyArn | undefined> {
  if (path === undefined) return undefined;
  const { file } = await readSecretFile(workspaceRoot, path);
  return aliasAmong(file.metadata.groups.flat(), keyAlias);
}

const aliasAmong = (
  recipients: readonly { readonly kind: string; readonly arn?: string }[],
  alias: string,
): KeyArn | undefined =>
  recipients
    .flatMap(({ kind, arn }) => (kind === 'kms' && arn !== undefined ? (parseKeyArn(arn) ?? []) : []))
    .find(({ resource }) => resource === alias);

const nowhereNamed = ({ stage, keyAlias, address }: Names, path: string, where: string): Problem => ({
  what: `neither the creation rule nor the file names the key of stage ${stage}, ${keyAlias}`,
  where: `${where}, ${path}`,
  fix: [
    `If the values of ${path} are this service's own: let its rule name that key (kms: arn of ${keyAlias}), then:`,
    updateKeys(path),
    'If the file was copied, make it again:',
    `rm ${shellWord(path)}`,
    generate(address, 'init', `--stages=${stage}`),
  ].join('\n'),
});
