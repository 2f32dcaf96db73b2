import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { runBatch } from '../run/run-batch';
import { provisionKeys, type ProvisionOptions } from './definition';

/** Makes and repairs many services' keys in one process. */
export default (
  taskGraph: TaskGraph,
  inputs: Record<string, ProvisionOptions>,
  _overrides: ProvisionOptions,
  context: ExecutorContext,
) => runBatch(provisionKeys, taskGraph, inputs, context);
