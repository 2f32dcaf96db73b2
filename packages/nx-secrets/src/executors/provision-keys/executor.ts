import type { ExecutorContext } from '@nx/devkit';
import { runSingle } from '../run/single';
import type { ProvisionOptions } from './request';
import { provisionKeys } from './verb';

/** Makes and repairs one service's keys; the batch executor does the same for many. */
export default (options: ProvisionOptions, context: ExecutorContext) =>
  runSingle(provisionKeys, options, context);
