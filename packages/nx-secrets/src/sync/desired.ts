import { posix } from 'node:path';
import { allTags, descriptionOf } from '../aws/tags';
import { wrongAccountOrRegion } from '../secret-file/account-and-region';
import { throwProblem } from '../problem';
import { namesOf } from '../config/names';
import type { Options } from '../config/options';
import type { SecretFile } from '../config/secret-file-name';
import { roleFor } from '../config/stage-roles';
import { keysToSetProblem } from '../secret-file/keys-to-set';
import { readKeysToSet } from '../secret-file/read-keys-to-set';
import { readSecretFile } from '../secret-file/read-write';
import type { Service } from '../config/services';
import { ownership } from '../secret-file/ownership';
import type { Desired } from './states';
import { tokenOf } from './token';

/**
 * What a service's secret file should be in AWS. Reads the file; decrypts nothing and calls nobody.
 *
 * @param owners key aliases of all services and stages, with whom they belong to
 * @param uncommitted paths of secret files that Git does not have as they are
 * @throws ProblemError or SopsError where the file cannot be read, or is not the service's own
 */
export async function readDesired(
  workspaceRoot: string,
  service: Service,
  secretFile: SecretFile,
  options: Options,
  owners: ReadonlyMap<string, string>,
  uncommitted: ReadonlySet<string>,
): Promise<Desired> {
  const names = namesOf(service.name, secretFile.stage, options, service.root);
  const path = posix.join(service.root, secretFile.path);
  const { file, bytes } = await readSecretFile(workspaceRoot, path);
  const stage = options.stages.get(secretFile.stage) ?? {};
  const own = ownership(file, names, owners, path, stage);
  if (own.kind === 'refused') throwProblem(own.problem);
  const toSet = keysToSetProblem(await readKeysToSet(workspaceRoot, path, file), path, names.address);
  if (toSet) throwProblem(toSet);
  const output = options.outputs.get(service.root) ?? 'json';
  const problem = wrongAccountOrRegion(own.key, stage, names, path, path);
  if (problem) throwProblem(problem);
  return {
    names,
    path,
    scope: { region: own.key.region, accountId: own.key.accountId, roleArn: roleFor(stage, 'sync', names) },
    keyArn: own.key.arn,
    token: tokenOf(bytes, output),
    output,
    file,
    uncommitted: uncommitted.has(path),
    tags: allTags(names),
    description: descriptionOf(names),
    replicaRegions: stage.replicaRegions ?? [],
  };
}
