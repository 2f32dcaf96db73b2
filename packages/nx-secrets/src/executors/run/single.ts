import type { ExecutorContext } from '@nx/devkit';
import { renderProblem, toProblem } from '../../problem';
import { publish } from '../../report/publish';
import { succeeded } from '../../report/report';
import { interruptible } from '../../terminal/interruption';
import { askedConfigurationVariable } from '../../inference/asked-configuration';
import { readGiven, withConfiguration } from './given';
import type { Verb, VerbOptions } from './verb';

/** Runs a verb for one project, and prints its report. */
export async function runSingle<Options extends VerbOptions>(
  verb: Verb<Options>,
  options: Options,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  try {
    const project = context.projectsConfigurations.projects[context.projectName ?? ''];
    const asked = process.env[askedConfigurationVariable] || context.configurationName;
    const target = project?.targets?.[context.targetName ?? ''];
    const given = readGiven(verb, withConfiguration(options, target, asked));
    return await interruptible(async (interruption) => {
      const report = await verb.run([project?.root ?? ''], given, context, interruption);
      await publish(report, {
        title: verb.name,
        workspaceRoot: context.root,
        json: given.json,
        interrupted: interruption.requested(),
      });
      return { success: succeeded(report) };
    });
  } catch (error) {
    console.error(renderProblem(toProblem(error)));
    return { success: false };
  }
}
