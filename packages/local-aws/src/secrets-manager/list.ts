import { AwsError } from '../protocol/aws-error';
import { type Operations, seconds } from '../operation/operation';
import { type Page, page, type PageRequest } from '../protocol/paging';
import { flag, integer, oneOf, optional, structure } from '../protocol/readers';
import type { Secret } from '../store/model';
import { secretEntry, stagesByVersion } from './describe-secret';
import { filters, matches } from './filters';
import { allSecrets, secretById } from './find';
import { nextToken, secretId } from './members';
import { accountOperation, secretOperation } from './permission';

const maxResults = optional(integer({ min: 1, max: 100 }));
const sortKeys = {
  'created-date': (secret: Secret) => dateKey(secret.createdAt, secret),
  'last-changed-date': (secret: Secret) => dateKey(secret.changedAt, secret),
  'last-accessed-date': (secret: Secret) => dateKey(secret.lastAccessedAt ?? 0, secret),
  name: (secret: Secret) => secret.name,
} as const;

export const listOperations: Operations = {
  ListSecrets: accountOperation(
    structure({
      IncludePlannedDeletion: optional(flag),
      MaxResults: maxResults,
      NextToken: nextToken,
      Filters: optional(filters),
      SortOrder: optional(oneOf('asc', 'desc')),
      SortBy: optional(oneOf('created-date', 'last-accessed-date', 'last-changed-date', 'name')),
    }),
    (input, call) => {
      const wanted = allSecrets(call).filter(
        (secret) =>
          (input.IncludePlannedDeletion === true || secret.deletionAt === undefined) &&
          matches(secret, input.Filters ?? []),
      );
      const { items, next } = secretsPage(wanted, {
        id: sortKeys[input.SortBy ?? 'created-date'],
        limit: input.MaxResults ?? 100,
        token: input.NextToken,
        descending: input.SortOrder !== 'asc',
      });
      const entries = items.map((secret) => ({
        ...secretEntry(secret),
        SecretVersionsToStages: stagesByVersion(secret),
      }));
      return { SecretList: entries, NextToken: next };
    },
  ),

  ListSecretVersionIds: secretOperation(
    structure({
      SecretId: secretId,
      MaxResults: maxResults,
      NextToken: nextToken,
      IncludeDeprecated: optional(flag),
    }),
    (input, call) => {
      const secret = secretById(call, input.SecretId);
      const wanted = secret.versions.filter(
        ({ stages }) => input.IncludeDeprecated === true || stages.length > 0,
      );
      const { items, next } = secretsPage(wanted, {
        id: (version) => `${String(version.createdAt).padStart(15, '0')} ${version.id}`,
        limit: input.MaxResults ?? 100,
        token: input.NextToken,
        descending: true,
      });
      const entries = items.map((version) => ({
        VersionId: version.id,
        VersionStages: version.stages.length === 0 ? undefined : version.stages,
        LastAccessedDate: seconds(version.lastAccessedAt),
        CreatedDate: seconds(version.createdAt),
        KmsKeyIds: [version.kmsKeyId],
      }));
      return { ARN: secret.arn, Name: secret.name, Versions: entries, NextToken: next };
    },
  ),
};

/** A page of a Secrets Manager list. Throws AwsError InvalidNextTokenException. */
export function secretsPage<T>(all: readonly T[], request: PageRequest<T>): Page<T> {
  const found = page(all, request);
  if (found === undefined) throw new AwsError('InvalidNextTokenException', 'Invalid NextToken');
  return found;
}

function dateKey(time: number, secret: Secret): string {
  return `${String(time).padStart(15, '0')} ${secret.name}`;
}
