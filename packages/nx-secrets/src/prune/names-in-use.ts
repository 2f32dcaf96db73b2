import type { Options } from '../config/options';
import { allNames, serviceName, type Service } from '../config/services';
import { secretFileAt, serviceRootOf } from '../config/secret-file-name';

/**
 * Names of the secrets that have a secret file: files of services here, and all that HEAD has, whether Nx sees a
 * service around them or not.
 *
 * @param present paths of the secret files of HEAD
 */
export async function namesInUse(
  workspaceRoot: string,
  options: Options,
  everyService: readonly Service[],
  present: readonly string[],
): Promise<ReadonlySet<string>> {
  const committed = await Promise.all(
    present.map(async (path) => {
      const root = serviceRootOf(path);
      const file = secretFileAt(path);
      return { name: await serviceName(workspaceRoot, root, options), root, files: file ? [file] : [] };
    }),
  );
  return new Set(allNames([...everyService, ...committed], options).map(({ secretName }) => secretName));
}
