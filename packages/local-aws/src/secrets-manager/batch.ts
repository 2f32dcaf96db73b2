import { authorize } from '../operation/authorize';
import { AwsError } from '../protocol/aws-error';
import type { Call, Operations } from '../operation/operation';
import { integer, list, optional, structure } from '../protocol/readers';
import { filters, matches } from './filters';
import { allSecrets, liveSecretById } from './find';
import { secretsPage } from './list';
import { nextToken, secretId } from './members';
import { accountOperation, authorizeSecret } from './permission';
import { currentVersion, readVersion, versionKeys } from './read-value';

const defaultPage = 20;

export const batchOperations: Operations = {
  BatchGetSecretValue: accountOperation(
    structure({
      SecretIdList: optional(list(secretId, { min: 1, max: 20 })),
      Filters: optional(filters),
      MaxResults: optional(integer({ min: 1, max: 20 })),
      NextToken: nextToken,
    }),
    (input, call) => {
      const { SecretIdList: ids, Filters: wanted } = input;
      if ((ids === undefined) === (wanted === undefined)) {
        throw invalid('Either SecretIdList or Filters must be provided, but not both.');
      }
      if (ids !== undefined && input.MaxResults !== undefined) {
        throw invalid('MaxResults can only be used with Filters.');
      }
      if (ids !== undefined) return readAll(call, ids);
      authorize(call, {
        action: 'secretsmanager:ListSecrets',
        resource: '*',
        resourceAccount: call.store.account,
      });
      const found = allSecrets(call).filter(
        (secret) => secret.deletionAt === undefined && matches(secret, wanted ?? []),
      );
      const limit = input.MaxResults ?? defaultPage;
      const { items, next } = secretsPage(found, { id: ({ name }) => name, limit, token: input.NextToken });
      return {
        ...readAll(
          call,
          items.map(({ arn }) => arn),
        ),
        NextToken: next,
      };
    },
  ),
};

/** The current value of each secret, or the error that reading it alone would have had. */
function readAll(call: Call, ids: readonly string[]): object {
  const values: object[] = [];
  const errors: object[] = [];
  for (const id of ids) {
    try {
      authorizeSecret(call, id, versionKeys(undefined, undefined), 'secretsmanager:GetSecretValue');
      const secret = liveSecretById(call, id);
      values.push(readVersion(call, secret, currentVersion(secret)));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message });
    }
  }
  return { SecretValues: values, Errors: errors };
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}
