import type { DescribeSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { throwProblem, type Problem } from '../problem';

/** What Secrets Manager names in its answers on one secret. */
interface Answer {
  readonly ARN?: string | undefined;
  readonly Name?: string | undefined;
  readonly VersionId?: string | undefined;
}

/**
 * Checks that an answer is about the secret, and the version, that was asked for: to an SDK an empty answer is a
 * success, whoever gave it.
 *
 * @throws ProblemError where it is not
 */
export function refuseOtherAnswer(
  answer: Answer,
  operation: string,
  asked: { readonly secretName: string; readonly versionId?: string },
): void {
  const { secretName, versionId } = asked;
  const isMeant =
    answer.Name === secretName &&
    answer.ARN?.split(':')[6]?.startsWith(secretName) === true &&
    (versionId === undefined || answer.VersionId === versionId);
  if (isMeant) return;
  const where = `secretsmanager:${operation}, ${secretName}`;
  throwProblem(notAws('it names another secret or none', where));
}

/**
 * The labels of a secret's versions. The SDK passes on whatever was answered.
 *
 * @throws TypeError where they are not lists by version id
 */
export function readLabels({ VersionIdsToStages }: DescribeSecretCommandOutput): Record<string, string[]> {
  const labels: unknown = VersionIdsToStages ?? {};
  if (typeof labels !== 'object' || !Object.values(labels ?? {}).every(Array.isArray))
    throw new TypeError('version labels are not lists by version id');
  return VersionIdsToStages ?? {};
}

/** A replica of a secret. */
export interface ReplicaState {
  /** Its key as AWS names it: an ARN, an alias or a key id. */
  readonly kmsKeyId: string | undefined;
  /** What AWS says of one that failed. */
  readonly failure?: string;
}

/**
 * The replicas of a secret by region; for one that failed, what AWS says of it.
 *
 * @throws TypeError where they are no list
 */
export function readReplicas({
  ReplicationStatus,
}: DescribeSecretCommandOutput): ReadonlyMap<string, ReplicaState> {
  const replicas: unknown = ReplicationStatus ?? [];
  if (!Array.isArray(replicas)) throw new TypeError('replicas are not a list');
  return new Map(
    (ReplicationStatus ?? []).map(({ Region, Status, StatusMessage, KmsKeyId }) => [
      Region ?? '',
      { kmsKeyId: KmsKeyId, ...(Status === 'Failed' ? { failure: StatusMessage ?? Status } : {}) },
    ]),
  );
}

/** The problem of an answer that AWS would not give. */
export const notAws = (why: string, where: string): Problem => ({
  code: 'invalidAwsAnswer',
  what: `the answer does not come from AWS (${why})`,
  where,
  fix: 'Check AWS_ENDPOINT_URL, proxies (HTTPS_PROXY) and login pages of the network. It is safe to run again.',
});
