import type { ExecutorContext } from '@nx/devkit';
import { renderProblem, toProblem } from '../../problem';
import { publish } from '../../report/publish';
import { succeeded } from '../../report/report';
import { interruptible } from '../../terminal/interruption';
import type { ReportOptions, Verb } from './verb';

/** Runs a verb for one project, and prints its report. */
export async function runSingle<Options extends ReportOptions>(
  verb: Verb<Options>,
  options: Options,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  try {
    const root = context.projectsConfigurations.projects[context.projectName ?? '']?.root ?? '';
    return await interruptible(async (interruption) => {
      const report = await verb.run([root], options, context, interruption);
      await publish(report, {
        title: verb.name,
        workspaceRoot: context.root,
        json: options.json,
        interrupted: interruption.requested(),
      });
      return { success: succeeded(report) };
    });
  } catch (error) {
    console.error(renderProblem(toProblem(error)));
    return { success: false };
  }
}
