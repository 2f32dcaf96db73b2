import type { Clients } from '../aws/clients';
import { aliasesOf, describeKey, type Key } from '../aws/kms/keys';
import { describeSecret } from '../aws/secrets-manager/secrets';
import { throwProblem, toProblem } from '../problem';
import { readSecretFile } from '../secret-file/read-write';
import { deleteKey, namedFor, type KeyUses } from './deletion-guard';
import { redundantKeyWindowDays } from '../aws/tags';
import { isUnused } from './orphans';
import type { DesiredKey } from './states';

/**
 * Schedules the deletion of a key that was made for a stage and never used.
 *
 * @throws ProblemError naming the key, where it is used after all or AWS refuses
 */
export async function scheduleRedundantKeyDeletion(
  clients: Clients,
  workspaceRoot: string,
  desired: DesiredKey,
  key: Pick<Key, 'id' | 'arn'>,
): Promise<void> {
  try {
    await deleteKey(clients, key, await usesOf(clients, workspaceRoot, desired, key), redundantKeyWindowDays);
  } catch (error) {
    const problem = toProblem(error);
    throwProblem({
      ...problem,
      what: `key ${key.id} is redundant for ${desired.names.keyAlias}, but its deletion could not be scheduled: ${problem.what}`,
      fix: `${problem.fix}\nTo schedule it yourself:\naws kms schedule-key-deletion --region ${desired.scope.region} --key-id ${key.id} --pending-window-in-days ${redundantKeyWindowDays}`,
    });
  }
}

/** What uses a key of a stage: asked right before the deletion, since an earlier answer may be old. */
async function usesOf(
  clients: Clients,
  workspaceRoot: string,
  { names, files, foreignKeys }: DesiredKey,
  { id, arn }: Pick<Key, 'id' | 'arn'>,
): Promise<KeyUses> {
  const [now, aliases, secret, naming] = await Promise.all([
    describeKey(clients, id),
    aliasesOf(clients, id),
    describeSecret(clients, names.secretName),
    Promise.all(files.map(async (path) => ((await namesKey(workspaceRoot, path, arn)) ? [path] : []))),
  ]);
  const encrypts = secret.kind === 'present' && [id, arn].includes(secret.kmsKeyId ?? '');
  // Another run (a rotation, say) takes a key into use by its description first, and by the alias then.
  const taken = now && !isUnused(now, { names }) ? ['another run that started to use it'] : [];
  return {
    aliases: [...aliases, ...taken],
    files: naming.flat(),
    secrets: encrypts ? [names.secretName] : [],
    named: namedFor(foreignKeys, { id }),
  };
}

/** Whether a file names a key by its ARN; one that names the alias is opened by what the alias points at. */
async function namesKey(workspaceRoot: string, path: string, arn: string): Promise<boolean> {
  const { file } = await readSecretFile(workspaceRoot, path);
  return file.metadata.groups.flat().some((recipient) => recipient.kind === 'kms' && recipient.arn === arn);
}
