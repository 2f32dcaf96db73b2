import { throwProblem } from '../../problem';
import type { StageOptions } from '../../config/options';
import type { RawStageOptions } from '../../config/stage-options';
import { readRoles } from '../../config/stage-roles';
import { isInteractive } from '../../output/prompt';
import { askText, type TextQuestion } from '../../output/questions';
import { locationOf } from '../init/stage-location';

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
      ? await ask({
          message: `AWS region of stage ${stage}`,
          initialValue: proposed.region ?? '',
          check: (answer) => locationOf(answer === '' ? {} : { region: answer }),
        })
      : undefined);
  const roleArn =
    given.roleArn ??
    (others.some((one) => one.roleArn !== undefined)
      ? await ask({
          message: `Role that tasks of stage ${stage} assume (empty for none)`,
          check: (answer) =>
            answer === '' || readRoles({ ...given, ...place(region), roleArn: answer }, undefined, stage),
        })
      : undefined);
  return { ...given, ...(region ? { region } : {}), ...(roleArn ? { roleArn } : {}) };
}

/**
 * Asserts that values may be copied to a stage: an option says so, or somebody typed its name on the terminal. Values of one
 * stage in another are an accident more often than not.
 *
 * @param isConfirmed by option
 * @throws ProblemError where nobody confirmed it
 */
export async function confirmCopy(
  stages: readonly string[],
  from: string,
  services: number,
  isConfirmed: boolean,
): Promise<void> {
  if (isConfirmed) return;
  const wanted = stages.join(',');
  const about = `the values of ${from} into ${wanted} of ${services === 1 ? 'one service' : `${services} services`}`;
  if (isInteractive() && (await ask({ message: `This copies ${about}. Type ${wanted} to go on` })) === wanted)
    return;
  throwProblem({
    code: 'notConfirmed',
    what: `copying ${about} was not confirmed, so nothing was changed`,
    where: '--copy-values',
    fix: `Whoever reads ${wanted} reads these values from then on. If that is meant, add --yes; otherwise leave --copy-values out: the names alone are copied.`,
  });
}

const ask = (question: TextQuestion): Promise<string> =>
  askText(question, {
    code: 'cancelled',
    what: 'stage add was cancelled; nothing was changed',
    fix: 'Run it again; --region, --role-arn and --yes skip the questions.',
  });

const place = (region: string | undefined) => (region ? { region } : {});
