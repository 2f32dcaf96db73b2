import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { runBatch } from '../run/run-batch';
import { syncSecrets, type SyncOptions } from './definition';

/** Pushes many services' secret files in one process. */
export default (
  taskGraph: TaskGraph,
  inputs: Record<string, SyncOptions>,
  _overrides: SyncOptions,
  context: ExecutorContext,
) => runBatch(syncSecrets, taskGraph, inputs, context);
