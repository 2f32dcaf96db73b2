import { posix } from 'node:path';
import { createKeyring, encrypt, readConfig, ruleFor, type Document } from 'sops-codec';
import type { Clients } from '../../aws/clients';
import { fail } from '../../problem';
import { readWorkspaceFile } from '../../workspace/read-file';
import { parseSecretFile, secretFilePath } from '../../workspace/secret-file';
import { placedAsync, writeSecretFile } from '../../workspace/secret-file-io';
import { sopsConfigFile } from '../../workspace/services';

const noKeys: readonly Document[] = [{ kind: 'map', items: [] }];

/**
 * Makes the encrypted file of a stage, without any keys in it, as its creation rule says.
 *
 * @returns its path, relative to the workspace
 */
export async function makeSecretFile(
  workspaceRoot: string,
  root: string,
  stage: string,
  extension: string,
  clients: Clients,
): Promise<string> {
  const inService = secretFilePath(stage, extension);
  const configPath = posix.join(root, sopsConfigFile);
  const rule = ruleFor(
    readConfig((await readWorkspaceFile(workspaceRoot, configPath)).toString('utf8'), configPath),
    inService,
  );
  const format = parseSecretFile(posix.basename(inService))?.format;
  if (!rule || !format) {
    return fail({
      what: `no creation rule is for ${inService}`,
      where: configPath,
      fix: 'Remove what hinders, then run init again.',
    });
  }
  const path = posix.join(root, inService);
  const keyring = createKeyring({ awsKms: { clientFor: clients.kms } });
  const file = await placedAsync(path, () => encrypt(noKeys, { ...rule, format }, keyring));
  await writeSecretFile(workspaceRoot, path, file);
  return path;
}
