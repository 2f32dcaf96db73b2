import type { ExecutorContext } from '@nx/devkit';
import { runOne } from '../run/run-one';
import { pruneSecrets, type PruneOptions } from './definition';

/** Prunes the whole workspace, whatever project the target is in. */
export default (options: PruneOptions, context: ExecutorContext) => runOne(pruneSecrets, options, context);
