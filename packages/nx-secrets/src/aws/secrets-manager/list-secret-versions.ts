import { ProblemError } from '../../problem';
import { awsErrorName, awsProblem } from '../aws-problem';
import type { Clients } from '../clients';

/** A version of a secret that carries labels. */
export interface LabelledVersion {
  readonly id: string;
  readonly labels: readonly string[];
  /** The KMS keys of which each opens it, as AWS names them; after a change of keys, the old and the new one. */
  readonly keys: readonly string[];
  /** When it was put first; a put that repeats it, and a move of labels, leave that as it is. */
  readonly created: Date | undefined;
}

/** The labelled versions of a secret; none where there is no such secret. @throws ProblemError */
export async function labelledVersions(
  clients: Clients,
  secretName: string,
): Promise<readonly LabelledVersion[]> {
  const { paginateListSecretVersionIds } = await import('@aws-sdk/client-secrets-manager');
  try {
    const client = await clients.secretsManager();
    const found: LabelledVersion[] = [];
    for await (const page of paginateListSecretVersionIds({ client }, { SecretId: secretName })) {
      for (const { VersionId = '', VersionStages = [], KmsKeyIds = [], CreatedDate } of page.Versions ?? [])
        if (VersionStages.length > 0)
          found.push({ id: VersionId, labels: VersionStages, keys: KmsKeyIds, created: CreatedDate });
    }
    return found;
  } catch (error) {
    if (awsErrorName(error) === 'ResourceNotFoundException') return [];
    const action = 'secretsmanager:ListSecretVersionIds';
    throw new ProblemError(awsProblem(error, { action, resource: secretName }));
  }
}
