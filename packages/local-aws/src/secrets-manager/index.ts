import type { Operations } from '../protocol/operation';
import { createOperations } from './create';
import { describeOperations } from './describe';
import { readOperations } from './read-value';
import { secretTagOperations } from './tags';
import { versionStageOperations } from './version-stage';
import { writeOperations } from './write-value';

/** Every Secrets Manager operation that local-aws has. */
export const secretsManagerOperations: Operations = {
  ...createOperations,
  ...describeOperations,
  ...readOperations,
  ...writeOperations,
  ...versionStageOperations,
  ...secretTagOperations,
};
