import type { NxJsonConfiguration } from '@nx/devkit';
import type { Deletion } from '../../prune/states';
import { runPrune, type PruneRequest } from '../../prune/run-prune';
import type { Interruption } from '../../interruption';
import { inCi } from '../../output/ci';
import { readPlugin } from '../../config/plugin';
import { readServices } from '../../config/services';
import { stageList } from '../../config/stage-list';
import type { ExecutorDefinition, ExecutorOptions } from '../run/executor-definition';

/** Options of the `prune-secrets` target, as in schema.json. */
export interface PruneOptions extends ExecutorOptions {
  readonly delete?: DeleteOption | readonly DeleteOption[];
  readonly window?: number;
  readonly dryRun?: boolean;
}

type DeleteOption = boolean | string;

/** The workspace that is pruned. */
export interface Workspace {
  readonly root: string;
  readonly nxJson: NxJsonConfiguration;
  /** Roots of its projects, services among them. */
  readonly roots: readonly string[];
}

/** What executor and generator ask of `runPrune`. */
export async function pruneRequest(
  { stage, delete: meant, window, dryRun }: PruneOptions,
  { root, nxJson, roots }: Workspace,
  interruption: Interruption,
): Promise<PruneRequest> {
  const { options } = readPlugin(root, nxJson);
  return {
    workspaceRoot: root,
    options,
    everyService: await readServices(root, roots, options),
    stages: stageList(stage),
    deletion: deletionOf(meant),
    windowDays: window ?? 30,
    dryRun: dryRun ?? false,
    ci: inCi(),
    interruption,
  };
}

/** `--delete` means all orphans; with names, those and nothing else. */
export function deletionOf(meant: PruneOptions['delete']): Deletion {
  const given = [meant ?? false].flat();
  const names = stageList(given.filter((one) => typeof one === 'string'));
  if (names.length > 0) return { kind: 'named', names: new Set(names) };
  return given.includes(true) ? { kind: 'orphans' } : { kind: 'none' };
}

/** Lists managed secrets without a secret file, and schedules their deletion. */
export const pruneSecrets: ExecutorDefinition<PruneOptions> = {
  name: 'prune-secrets',
  options: { stage: 'names', delete: 'flag-or-names', window: 'number', dryRun: 'flag', json: 'text' },
  run: async (_, options, { root, nxJsonConfiguration, projectsConfigurations }, interruption) => {
    const roots = Object.values(projectsConfigurations.projects).map((project) => project.root);
    const workspace = { root, nxJson: nxJsonConfiguration ?? {}, roots };
    return runPrune(await pruneRequest(options, workspace, interruption));
  },
};
