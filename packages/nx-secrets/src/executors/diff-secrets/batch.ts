import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { runBatch } from '../run/run-batch';
import { diffSecrets, type DiffOptions } from './definition';

/** Compares many services' secret files with what is deployed, in one process. */
export default (
  taskGraph: TaskGraph,
  inputs: Record<string, DiffOptions>,
  _overrides: DiffOptions,
  context: ExecutorContext,
) => runBatch(diffSecrets, taskGraph, inputs, context);
