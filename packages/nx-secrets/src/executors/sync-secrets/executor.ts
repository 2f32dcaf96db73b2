import type { ExecutorContext } from '@nx/devkit';
import { runOne } from '../run/run-one';
import { syncSecrets, type SyncOptions } from './definition';

/** Pushes one service's secret files; the batch executor does the same for many. */
export default (options: SyncOptions, context: ExecutorContext) => runOne(syncSecrets, options, context);
