import type { ProvisionRequest } from '../../keys/run-provision';
import type { Interruption } from '../../terminal/interruption';
import { inCi } from '../../workspace/ci';
import { stageList } from '../../workspace/stage-list';
import { readAsked } from '../run/asked';
import type { Context, VerbOptions } from '../run/verb';

/** Options of the `provision-keys` target, as in schema.json. */
export interface ProvisionOptions extends VerbOptions {
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
    ...(await readAsked(roots, stage, context)),
    dryRun: dryRun ?? false,
    waivers: { enable: enable ?? false, adopt: new Set(stageList(adopt)) },
    ci: inCi(),
    interruption,
  };
}
