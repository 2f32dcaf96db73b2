import type { ExecutorContext } from '@nx/devkit';
import { runSingle } from '../run/single';
import type { SyncOptions } from './request';
import { syncSecrets } from './verb';

/** Pushes one service's secret files; the batch executor does the same for many. */
export default (options: SyncOptions, context: ExecutorContext) => runSingle(syncSecrets, options, context);
