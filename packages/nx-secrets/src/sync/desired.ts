import { posix } from 'node:path';
import { descriptionOf, managedTags } from '../keys/marks';
import { misplaced } from '../keys/misplaced';
import { fail } from '../problem';
import { namesOf } from '../workspace/names';
import type { Options } from '../workspace/options';
import type { SecretFile } from '../workspace/secret-file';
import { readSecretFile } from '../workspace/secret-file-io';
import type { Service } from '../workspace/services';
import { ownership } from './ownership';
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
  if (own.kind === 'refused') fail(own.problem);
  const output = options.outputs.get(service.root) ?? 'json';
  const problem = misplaced(own.key, stage, names, path, path);
  if (problem) fail(problem);
  return {
    names,
    path,
    scope: { region: own.key.region, accountId: own.key.accountId, roleArn: stage.roleArn },
    keyArn: own.key.arn,
    token: tokenOf(bytes, output),
    output,
    file,
    uncommitted: uncommitted.has(path),
    tags: managedTags(names),
    description: descriptionOf(names),
    replicaRegions: stage.replicaRegions ?? [],
  };
}
