import { installedName } from '../../config/installed-name';
import { problemAsInstalled } from '../../config/plugin-name';
import { nameInCommands } from '../../config/short-name';
import type { Interruption } from '../../interruption';
import { reportAsInstalled } from '../../output/report-as-installed';
import { ProblemError, toProblem } from '../../problem';
import type { Report } from '../../report';
import { parseOptions } from './parse-options';
import type { Context, ExecutorDefinition, ExecutorOptions } from './executor-definition';

/**
 * Does what an executor is for, for the services at some project roots.
 *
 * @param options as Nx gives them
 * @returns the report, with commands that can be pasted in the workspace
 * @throws ProblemError, with such commands, where the request itself is wrong
 */
export async function runFor<Options extends ExecutorOptions>(
  definition: ExecutorDefinition<Options>,
  roots: readonly string[],
  options: Options,
  context: Context,
  interruption: Interruption,
): Promise<Report> {
  const name = nameInCommands(context.root, installedName(context.root, context.nxJsonConfiguration ?? {}));
  try {
    const report = await definition.run(roots, parseOptions(definition, options), context, interruption);
    return reportAsInstalled(report, name);
  } catch (error) {
    throw new ProblemError(problemAsInstalled(toProblem(error), name));
  }
}
