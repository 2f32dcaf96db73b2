import type { ExecutorContext } from '@nx/devkit';
import { runOne } from '../run/run-one';
import { provisionKeys, type ProvisionOptions } from './definition';

/** Makes and repairs one service's keys; the batch executor does the same for many. */
export default (options: ProvisionOptions, context: ExecutorContext) =>
  runOne(provisionKeys, options, context);
