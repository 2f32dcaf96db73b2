import type { ProvisionRequest } from '../../keys/run-provision';
import type { Interruption } from '../../interruption';
import { inCi } from '../../output/ci';
import { stageList } from '../../config/stage-list';
import { resolveTargets } from '../run/resolve-targets';
import type { Context, ExecutorOptions } from '../run/executor-definition';

/** Options of the `provision-keys` target, as in schema.json. */
export interface ProvisionOptions extends ExecutorOptions {
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
  return {
    ...(await resolveTargets(roots, stage, context)),
    dryRun: dryRun ?? false,
    overrides: { enable: enable ?? false, adopt: new Set(stageList(adopt)) },
    ci: inCi(),
    interruption,
  };
}
