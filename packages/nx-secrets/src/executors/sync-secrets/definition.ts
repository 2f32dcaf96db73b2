import { runSync, type SyncRequest } from '../../sync/run-sync';
import type { Interruption } from '../../interruption';
import { inCi } from '../../output/ci';
import { stageList } from '../../config/stage-list';
import type { Context, ExecutorDefinition, ExecutorOptions } from '../run/executor-definition';
import { resolveTargets } from '../run/resolve-targets';

/** Options of the `sync-secrets` target, as in schema.json. */
export interface SyncOptions extends ExecutorOptions {
  readonly dryRun?: boolean;
  readonly overwrite?: string | readonly string[];
  readonly adopt?: string | readonly string[];
  /** True for all secrets of the run, or names. */
  readonly allowEmpty?: boolean | string | readonly (boolean | string)[];
  /** True for all secrets of the run, or names. */
  readonly restore?: boolean | string | readonly (boolean | string)[];
}

/** Pushes services' secret files. */
export const syncSecrets: ExecutorDefinition<SyncOptions> = {
  name: 'sync-secrets',
  options: {
    stage: 'names',
    dryRun: 'flag',
    overwrite: 'secret-names',
    adopt: 'secret-names',
    allowEmpty: 'flag-or-names',
    restore: 'flag-or-names',
    json: 'text',
  },
  run: async (...given) => runSync(await syncRequest(...given)),
};

async function syncRequest(
  roots: readonly string[],
  { stage, dryRun, overwrite, adopt, allowEmpty, restore }: SyncOptions,
  context: Context,
  interruption: Interruption,
): Promise<SyncRequest> {
  return {
    ...(await resolveTargets(roots, stage, context)),
    dryRun: dryRun ?? false,
    overrides: {
      overwrite: new Set(stageList(overwrite)),
      adopt: new Set(stageList(adopt)),
      allowEmpty: allOrNamed(allowEmpty),
      restore: allOrNamed(restore),
    },
    ci: inCi(),
    interruption,
  };
}

/** `--allow-empty` and `--restore` alone mean every secret of the run; with names, those and no other. */
function allOrNamed(option: SyncOptions['restore'] = false): 'all' | ReadonlySet<string> {
  const given = [option].flat();
  const names = stageList(given.filter((one) => typeof one === 'string'));
  return names.length === 0 && given.includes(true) ? 'all' : new Set(names);
}
