import type { Operations } from '../operation/operation';
import { batchOperations } from './batch';
import { createOperations } from './create';
import { secretDeletionOperations } from './deletion';
import { describeOperations } from './describe-secret';
import { listOperations } from './list';
import { randomPasswordOperations } from './random-password';
import { readOperations } from './read-value';
import { replicationOperations } from './replication';
import { resourcePolicyOperations } from './resource-policy';
import { secretRotationOperations } from './rotation';
import { secretTagOperations } from './tags';
import { versionStageOperations } from './version-stage';
import { writeOperations } from './write-value';

/** Every Secrets Manager operation that local-aws has. */
export const secretsManagerOperations: Operations = {
  ...createOperations,
  ...describeOperations,
  ...listOperations,
  ...readOperations,
  ...batchOperations,
  ...writeOperations,
  ...versionStageOperations,
  ...secretDeletionOperations,
  ...secretTagOperations,
  ...resourcePolicyOperations,
  ...secretRotationOperations,
  ...replicationOperations,
  ...randomPasswordOperations,
};
