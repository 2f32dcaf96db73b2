import type { ExecutorContext } from '@nx/devkit';
import { runSingle } from '../run/single';
import { checkSecrets, type CheckOptions } from './verb';

/** Checks one service's secret files; the batch executor does the same for many. */
export default (options: CheckOptions, context: ExecutorContext) => runSingle(checkSecrets, options, context);
