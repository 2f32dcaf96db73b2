import type { Problem } from '../problem';
import { assertKnownStages } from '../config/known-stages';
import type { Options } from '../config/options';
import { stageNotOfService } from '../config/service-stages';
import type { SecretFile } from '../config/secret-file-name';
import { knownStages, twoFilesProblem, type Service } from '../config/services';

/** A secret file that is to be synced, or the reason why it cannot be. */
export interface Selected {
  readonly service: Service;
  readonly file: SecretFile;
  readonly problem: Problem | undefined;
}

/**
 * The secret files that a sync is about.
 *
 * @param services those to sync
 * @param everyService all of the workspace: a stage that only others have is not a mistake
 * @param stages stages asked for; none means all
 * @param ci whether this runs in CI
 * @throws ProblemError for a stage that no service and no option knows
 */
export function select(
  services: readonly Service[],
  everyService: readonly Service[],
  stages: readonly string[],
  options: Options,
  ci: boolean,
): readonly Selected[] {
  assertKnownStages(stages, knownStages(everyService, options));
  return services.flatMap((service) => {
    const problem = twoFilesProblem(service);
    const files = service.files.filter(({ stage }) => stages.length === 0 || stages.includes(stage));
    return files.map((file) => ({
      service,
      file,
      problem:
        problem ??
        stageNotOfService(service, file, options) ??
        (options.stages.get(file.stage)?.ciOnly && !ci ? ciOnly(service, file) : undefined),
    }));
  });
}

const ciOnly = (service: Service, { stage, path }: SecretFile): Problem => ({
  code: 'ciOnly',
  what: `stage ${stage} is pushed from CI only ("ciOnly" in nx.json), and this is not CI`,
  where: `${service.root}/${path}`,
  fix: `Commit and let the pipeline push it, or leave ${stage} out with --stage=<another>. The variable CI marks CI.`,
});
