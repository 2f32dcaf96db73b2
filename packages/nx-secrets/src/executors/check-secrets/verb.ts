import { readMaxAge } from '../../checks/max-age';
import { runChecks } from '../../checks/run-checks';
import { readPlugin } from '../../workspace/plugin';
import { readServices } from '../../workspace/services';
import { stageList } from '../../workspace/stage-list';
import type { ReportOptions, Verb } from '../run/verb';

/** Options of the `check-secrets` target, as in schema.json. */
export interface CheckOptions extends ReportOptions {
  readonly stage?: string | readonly string[];
  readonly maxAge?: string;
}

/** Checks services' secret files without any key. */
export const checkSecrets: Verb<CheckOptions> = {
  name: 'check-secrets',
  run: async (roots, { stage, maxAge }, context) => {
    const { options } = readPlugin(context.root, context.nxJsonConfiguration ?? {});
    const everyRoot = Object.values(context.projectsConfigurations.projects).map(({ root }) => root);
    const everyService = await readServices(context.root, everyRoot, options);
    return runChecks({
      workspaceRoot: context.root,
      options,
      services: everyService.filter(({ root }) => roots.includes(root)),
      everyService,
      everyRoot,
      stages: stageList(stage),
      maxAge: maxAge === undefined ? undefined : readMaxAge(String(maxAge), new Date()),
    });
  },
};
