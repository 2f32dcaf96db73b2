import type { ExecutorContext } from '@nx/devkit';
import { runOne } from '../run/run-one';
import { diffSecrets, type DiffOptions } from './definition';

/** Compares one service's secret files with what is deployed; the batch executor does the same for many. */
export default (options: DiffOptions, context: ExecutorContext) => runOne(diffSecrets, options, context);
