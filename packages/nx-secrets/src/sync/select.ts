import { throwProblem, type Problem } from '../problem';
import { didYouMean } from '../config/did-you-mean';
import type { Options } from '../config/options';
import type { SecretFile } from '../config/secret-file-name';
import { knownStages, twoFilesProblem, type Service } from '../config/services';
import { generateHere, shellWord } from '../config/commands';

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
 * @param everyService all of the workspace: a stage that only others have is no mistake
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
  const known = knownStages(everyService, options);
  const unknown = stages.find((stage) => !known.includes(stage));
  if (unknown !== undefined) throwProblem(unknownStage(unknown, known));
  return services.flatMap((service) => {
    const problem = twoFilesProblem(service);
    const files = service.files.filter(({ stage }) => stages.length === 0 || stages.includes(stage));
    return files.map((file) => ({
      service,
      file,
      problem: problem ?? (options.stages.get(file.stage)?.ciOnly && !ci ? ciOnly(service, file) : undefined),
    }));
  });
}

const unknownStage = (stage: string, known: readonly string[]): Problem => ({
  code: 'unknownStage',
  what: `no service has a stage "${stage}"`,
  where: '--stage',
  fix:
    known.length > 0
      ? `${didYouMean(stage, known)}There are: ${known.join(', ')}.`
      : `Create one first, in a service's folder:\n${generateHere('init', `--stages=${shellWord(stage)}`)}`,
});

const ciOnly = (service: Service, { stage, path }: SecretFile): Problem => ({
  code: 'ciOnly',
  what: `stage ${stage} is pushed from CI only ("ciOnly" in nx.json), and this is not CI`,
  where: `${service.root}/${path}`,
  fix: `Commit and let the pipeline push it, or leave ${stage} out with --stage=<another>. The variable CI marks CI.`,
});
