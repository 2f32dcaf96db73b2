import type { Deletion } from '../../prune/states';
import type { PruneRequest } from '../../prune/run-prune';
import type { Interruption } from '../../terminal/interruption';
import { inCi } from '../../workspace/ci';
import { readPlugin } from '../../workspace/plugin';
import { readServices } from '../../workspace/services';
import { stageList } from '../../workspace/stage-list';
import type { Context, ReportOptions } from '../run/verb';

/** Options of the `prune-secrets` target, as in schema.json. */
export interface PruneOptions extends ReportOptions {
  readonly stage?: string | readonly string[];
  readonly delete?: DeleteOption | readonly DeleteOption[];
  readonly window?: number;
  readonly dryRun?: boolean;
}

type DeleteOption = boolean | string;

/** What the executor asks of `runPrune`. It is about the workspace, whatever project its target stands in. */
export async function pruneRequest(
  { stage, delete: meant, window, dryRun }: PruneOptions,
  context: Context,
  interruption: Interruption,
): Promise<PruneRequest> {
  const { options } = readPlugin(context.root, context.nxJsonConfiguration ?? {});
  const everyRoot = Object.values(context.projectsConfigurations.projects).map(({ root }) => root);
  return {
    workspaceRoot: context.root,
    options,
    everyService: await readServices(context.root, everyRoot, options),
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
