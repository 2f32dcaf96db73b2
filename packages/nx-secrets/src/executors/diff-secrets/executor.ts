import type { ExecutorContext } from '@nx/devkit';
import { runSingle } from '../run/single';
import { diffSecrets, type DiffOptions } from './verb';

/** Compares one service's secret files with what is deployed; the batch executor does the same for many. */
export default (options: DiffOptions, context: ExecutorContext) => runSingle(diffSecrets, options, context);
