import { ProblemError } from '../../problem';
import { awsProblem } from '../aws-problem';
import type { Clients } from '../clients';

/** A secret with the key that it names: an id, an ARN or an alias. */
export interface SecretUnderKey {
  readonly name: string;
  readonly kmsKeyId: string;
}

/**
 * All secrets of an account and region that name a KMS key, those that are scheduled for deletion included.
 *
 * @throws ProblemError where AWS refuses: the generated policies do not allow it
 */
export async function listSecretsWithKey(clients: Clients): Promise<readonly SecretUnderKey[]> {
  const { paginateListSecrets } = await import('@aws-sdk/client-secrets-manager');
  const found: SecretUnderKey[] = [];
  try {
    const pages = paginateListSecrets(
      { client: await clients.secretsManager(), pageSize: 100 },
      { IncludePlannedDeletion: true },
    );
    for await (const { SecretList = [] } of pages) {
      for (const { Name, KmsKeyId } of SecretList) {
        if (Name !== undefined && KmsKeyId !== undefined) found.push({ name: Name, kmsKeyId: KmsKeyId });
      }
    }
  } catch (error) {
    throw new ProblemError(
      awsProblem(error, { action: 'secretsmanager:ListSecrets', resource: 'all secrets of the region' }),
    );
  }
  return found;
}
