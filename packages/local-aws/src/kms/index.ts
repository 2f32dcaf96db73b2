import type { Operations } from '../operation/operation';
import { aliasOperations } from './aliases';
import { cryptoOperations } from './crypto';
import { keyDeletionOperations } from './deletion';
import { grantOperations } from './grants';
import { keyPolicyOperations } from './key-policy';
import { keyOperations } from './keys';
import { replicationOperations } from './replication';
import { rotationOperations } from './rotation';
import { keyTagOperations } from './tags';

/** Every KMS operation that local-aws has. */
export const kmsOperations: Operations = {
  ...keyOperations,
  ...aliasOperations,
  ...cryptoOperations,
  ...rotationOperations,
  ...keyDeletionOperations,
  ...keyPolicyOperations,
  ...grantOperations,
  ...keyTagOperations,
  ...replicationOperations,
};
