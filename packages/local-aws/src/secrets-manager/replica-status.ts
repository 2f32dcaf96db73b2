import type { Secret } from '../store/model';

/** The state of a secret's replicas as the API writes it. */
export function replicationStatus(secret: Secret): readonly object[] {
  return secret.replicas.map((replica) => ({
    Region: replica.region,
    KmsKeyId: replica.kmsKeyId ?? 'alias/aws/secretsmanager',
    Status: replica.status,
    StatusMessage: replica.statusMessage,
  }));
}
