import { throwProblem } from '../../problem';
import type { StageOptions } from '../../config/options';
import type { RawStageOptions } from '../../config/stage-options';
import { isInteractive } from '../../output/prompt';

/**
 * What nx.json is to say of a new stage: what options gave, and on a terminal what other stages have there and this one was
 * not given.
 *
 * @param stages those of nx.json
 * @param like the stage that answers are proposed from
 */
export async function fieldsOfNewStage(
  stage: string,
  given: RawStageOptions,
  stages: ReadonlyMap<string, StageOptions>,
  like: string | undefined,
): Promise<RawStageOptions> {
  if (!isInteractive()) return given;
  const others = [...stages.values()];
  const proposed = stages.get(like ?? '') ?? others[0] ?? {};
  const region =
    given.region ??
    (others.some((one) => one.region !== undefined)
      ? await ask(`AWS region of stage ${stage}`, proposed.region)
      : undefined);
  const roleArn =
    given.roleArn ??
    (others.some((one) => one.roleArn !== undefined)
      ? await ask(`Role that tasks of stage ${stage} assume (empty for none)`, undefined)
      : undefined);
  return { ...given, ...(region ? { region } : {}), ...(roleArn ? { roleArn } : {}) };
}

/**
 * Asserts that values may be copied to a stage: somebody typed its name, as an option or on the terminal. Values of one
 * stage in another are an accident more often than not.
 *
 * @throws ProblemError where nobody did
 */
export async function confirmCopy(
  stages: readonly string[],
  from: string,
  services: number,
  confirm: string | undefined,
): Promise<void> {
  const wanted = stages.join(',');
  const about = `the values of ${from} into ${wanted} of ${services === 1 ? 'one service' : `${services} services`}`;
  const typed =
    confirm ??
    (isInteractive() ? await ask(`This copies ${about}. Type ${wanted} to go on`, undefined) : undefined);
  if (typed === wanted) return;
  throwProblem({
    code: 'notConfirmed',
    what: `copying ${about} was not confirmed, so nothing was changed`,
    where: '--copy-values',
    fix: `Whoever reads ${wanted} reads these values from then on. If that is meant, add --confirm=${wanted}; otherwise leave --copy-values out: the names alone are copied.`,
  });
}

async function ask(message: string, initialValue: string | undefined): Promise<string> {
  const { isCancel, text } = await import('@clack/prompts');
  const answer = await text({ message, ...(initialValue === undefined ? {} : { initialValue }) });
  if (!isCancel(answer)) return (answer as string | undefined)?.trim() ?? '';
  return throwProblem({
    code: 'cancelled',
    what: 'stage add was cancelled; nothing was changed',
    fix: 'Run it again; --region and --role-arn skip the questions.',
  });
}
