import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { runBatch } from '../run/batch';
import { checkSecrets, type CheckOptions } from './verb';

/** Checks many services' secret files in one process. */
export default (
  taskGraph: TaskGraph,
  inputs: Record<string, CheckOptions>,
  _overrides: CheckOptions,
  context: ExecutorContext,
) => runBatch(checkSecrets, taskGraph, inputs, context);
