import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { runBatch } from '../run/run-batch';
import { checkSecrets, type CheckOptions } from './definition';

/** Checks many services' secret files in one process. */
export default (
  taskGraph: TaskGraph,
  inputs: Record<string, CheckOptions>,
  _overrides: CheckOptions,
  context: ExecutorContext,
) => runBatch(checkSecrets, taskGraph, inputs, context);
