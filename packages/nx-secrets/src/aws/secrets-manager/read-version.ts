import { ProblemError } from '../../problem';
import { refuseOtherAnswer } from '../answer';
import { awsProblem } from '../aws-problem';
import type { Clients } from '../clients';
import type { SecretValue } from './secrets';

/**
 * The value of a version of a secret.
 *
 * @throws ProblemError where AWS does not give it
 */
export async function readVersion(
  clients: Clients,
  secretName: string,
  versionId: string,
): Promise<SecretValue> {
  const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  try {
    const client = await clients.secretsManager();
    const read = await client.send(new GetSecretValueCommand({ SecretId: secretName, VersionId: versionId }));
    refuseOtherAnswer(read, 'GetSecretValue', { secretName, versionId });
    const { SecretString, SecretBinary } = read;
    return SecretString === undefined
      ? { kind: 'binary', bytes: SecretBinary ?? new Uint8Array() }
      : { kind: 'string', text: SecretString };
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError(
      awsProblem(error, {
        action: 'secretsmanager:GetSecretValue',
        resource: secretName,
        containsSecret: true,
      }),
    );
  }
}
