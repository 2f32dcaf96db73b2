import { runProvision, type ProvisionRequest } from '../../keys/run-provision';
import type { Interruption } from '../../interruption';
import { inCi } from '../../output/ci';
import { stageList } from '../../config/stage-list';
import type { Context, ExecutorDefinition, ExecutorOptions } from '../run/executor-definition';
import { resolveTargets } from '../run/resolve-targets';

/** Options of the `provision-keys` target, as in schema.json. */
export interface ProvisionOptions extends ExecutorOptions {
  readonly dryRun?: boolean;
  readonly enable?: boolean;
  readonly adopt?: string | readonly string[];
}

/** Makes and repairs services' keys. */
export const provisionKeys: ExecutorDefinition<ProvisionOptions> = {
  name: 'provision-keys',
  options: { stage: 'names', dryRun: 'flag', enable: 'flag', adopt: 'alias-names', json: 'text' },
  run: async (...given) => runProvision(await provisionRequest(...given)),
};

async function provisionRequest(
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
