import type { ExecutorContext } from '@nx/devkit';
import { runOne } from '../run/run-one';
import { checkSecrets, type CheckOptions } from './definition';

/** Checks one service's secret files; the batch executor does the same for many. */
export default (options: CheckOptions, context: ExecutorContext) => runOne(checkSecrets, options, context);
