import { logger, readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { installedName } from '../config/installed-name';
import { problemAsInstalled } from '../config/plugin-name';
import { nameInCommands } from '../config/short-name';
import { aliasProblem } from '../config/alias';
import { ProblemError, renderProblem } from '../problem';

/** What a generator does; the callback writes, and a dry run does not call it. */
export type Generator<Options> = (tree: Tree, options: Options) => Promise<GeneratorCallback>;

/**
 * A generator whose problems have commands that can be pasted in the workspace: with the name under which the plugin is
 * installed there. Every generator is made with it.
 */
export const asInstalled =
  <Options>(generator: Generator<Options>): Generator<Options> =>
  async (tree, options) => {
    const name = installedName(tree.root, readNxJson(tree) ?? {});
    const problem = aliasProblem(name);
    if (problem) logger.warn(renderProblem(problem));
    const inCommands = nameInCommands(tree.root, name);
    const callback = await renamed(inCommands, () => generator(tree, options));
    return () => renamed(inCommands, callback);
  };

async function renamed<T>(name: string, step: () => T | Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw error instanceof ProblemError ? new ProblemError(problemAsInstalled(error.problem, name)) : error;
  }
}
