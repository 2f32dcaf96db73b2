import type { ExecutorContext } from '@nx/devkit';
import { runPrune } from '../../prune/run-prune';
import { runOne } from '../run/run-one';
import type { ExecutorDefinition } from '../run/executor-definition';
import { pruneRequest, type PruneOptions } from './request';

/** Lists managed secrets without a secret file, and schedules their deletion. */
const pruneSecrets: ExecutorDefinition<PruneOptions> = {
  name: 'prune-secrets',
  options: { stage: 'names', delete: 'flag-or-names', window: 'number', dryRun: 'flag', json: 'text' },
  run: async (_, options, { root, nxJsonConfiguration, projectsConfigurations }, interruption) => {
    const roots = Object.values(projectsConfigurations.projects).map((project) => project.root);
    const workspace = { root, nxJson: nxJsonConfiguration ?? {}, roots };
    return runPrune(await pruneRequest(options, workspace, interruption));
  },
};

/** Prunes the whole workspace, whatever project the target stands in. */
export default (options: PruneOptions, context: ExecutorContext) => runOne(pruneSecrets, options, context);
