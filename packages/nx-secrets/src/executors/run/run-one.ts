import type { ExecutorContext } from '@nx/devkit';
import { renderProblem, toProblem } from '../../problem';
import { publish } from '../../output/publish';
import { drained } from '../../output/stdout';
import { succeeded } from '../../report';
import { interruptible } from '../../interruption';
import { requestedConfigurationVariable } from '../../plugin/requested-configuration';
import { withConfiguration } from './parse-options';
import { runFor } from './run-for';
import type { ExecutorDefinition, ExecutorOptions } from './executor-definition';

/** Runs an executor for one project, and prints its report. */
export async function runOne<Options extends ExecutorOptions>(
  definition: ExecutorDefinition<Options>,
  options: Options,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  try {
    const project = context.projectsConfigurations.projects[context.projectName ?? ''];
    const asked = process.env[requestedConfigurationVariable] || context.configurationName;
    const target = project?.targets?.[context.targetName ?? ''];
    const given = withConfiguration(options, target, asked);
    return await interruptible(async (interruption) => {
      const report = await runFor(definition, [project?.root ?? ''], given, context, interruption);
      await publish(report, {
        title: definition.name,
        workspaceRoot: context.root,
        json: given.json === undefined ? undefined : String(given.json),
        interrupted: interruption.requested(),
      });
      return { success: succeeded(report) };
    });
  } catch (error) {
    console.error(renderProblem(toProblem(error)));
    await drained();
    return { success: false };
  }
}
