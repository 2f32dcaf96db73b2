import type { Operations } from '../operation/operation';
import { deleteOperations } from './delete-parameters';
import { describeOperations } from './describe-parameters';
import { putOperations } from './put-parameter';
import { readOperations } from './read-parameters';

/** Every operation of SSM Parameter Store that local-aws has. */
export const ssmOperations: Operations = {
  ...putOperations,
  ...readOperations,
  ...describeOperations,
  ...deleteOperations,
};
