import type { ProvisionRequest } from '../../keys/run-provision';
import type { Interruption } from '../../terminal/interruption';
import { inCi } from '../../workspace/ci';
import { readPlugin } from '../../workspace/plugin';
import { readServices } from '../../workspace/services';
import { stageList } from '../../workspace/stage-list';
import type { Context, ReportOptions } from '../run/verb';

/** Options of the `provision-keys` target, as in schema.json. */
export interface ProvisionOptions extends ReportOptions {
  readonly stage?: string | readonly string[];
  readonly dryRun?: boolean;
  readonly enable?: boolean;
  readonly adopt?: string | readonly string[];
}

/** What the executor, single or batch, asks for. `roots` are the project roots whose keys to provision. */
export async function provisionRequest(
  roots: readonly string[],
  { stage, dryRun, enable, adopt }: ProvisionOptions,
  context: Context,
  interruption: Interruption,
): Promise<ProvisionRequest> {
  const { options } = readPlugin(context.root, context.nxJsonConfiguration ?? {});
  const everyRoot = Object.values(context.projectsConfigurations.projects).map(({ root }) => root);
  const everyService = await readServices(context.root, everyRoot, options);
  return {
    workspaceRoot: context.root,
    options,
    services: everyService.filter(({ root }) => roots.includes(root)),
    everyService,
    stages: stageList(stage),
    dryRun: dryRun ?? false,
    waivers: { enable: enable ?? false, adopt: new Set(stageList(adopt)) },
    ci: inCi(),
    interruption,
  };
}
