import { parseKeyArn } from '../../aws/arn';
import { createClients } from '../../aws/clients';
import { callerAccount } from '../../aws/identity';
import { describeManagedSecret } from '../../aws/secrets-manager/list-and-delete-secrets';
import type { Names } from '../../config/names';
import { isStageKey } from '../../config/stage-key';
import { toProblem } from '../../problem';
import { readSecretFile } from '../../secret-file/read-write';

/** Where a stage's secret is, by the key of its file. */
export interface SecretPlace {
  readonly region: string;
  readonly accountId: string;
}

/** Where the secret of a file is: in the account and region of the key that the file is under; undefined where it names none. */
export async function placeOfSecret(
  workspaceRoot: string,
  path: string,
  names: Names,
): Promise<SecretPlace | undefined> {
  try {
    const { file } = await readSecretFile(workspaceRoot, path);
    const keys = file.metadata.groups
      .flat()
      .flatMap((one) => (one.kind === 'kms' ? (parseKeyArn(one.arn) ?? []) : []));
    return keys.find((key) => isStageKey(key, names)) ?? keys[0];
  } catch {
    return undefined; // A damaged file can be removed, too.
  }
}

/**
 * When a stage's secret was last read, by LastAccessedDate of DescribeSecret: the day, within 24 hours of the access. A
 * recent read is reported and refuses nothing: without the file the secret can still be read, and `prune` does not delete a
 * secret that is read after that.
 */
export async function lastReadText({ secretName }: Names, place: SecretPlace | undefined): Promise<string> {
  if (!place) return 'its file names no key, so AWS was not asked when the secret was last read';
  const clients = createClients({ region: place.region });
  try {
    const account = await callerAccount(clients, secretName);
    if (account !== place.accountId)
      return `these credentials belong to account ${account}, so AWS was not asked when the secret was last read`;
    const found = await describeManagedSecret(clients, secretName);
    if (!found) return 'never pushed: there is no secret of that name';
    const { lastRead } = found.secret;
    return lastRead === undefined ? 'the secret was never read' : `the secret was last read on ${lastRead}`;
  } catch (error) {
    return `when the secret was last read is not known: ${toProblem(error).what}`;
  } finally {
    clients.destroy();
  }
}
