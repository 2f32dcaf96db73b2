import type { Problem } from '../problem';

/** The name under which this package is published; commands in problems address the plugin by it. */
export const publishedName = 'nx-secrets';

/**
 * A text whose commands can be pasted in a workspace: problems are plain data and know no workspace, so that whoever
 * prints them puts in the name under which the plugin is installed there. Under Yarn Plug'n'Play the Nx
 * of the workspace is not found by `npx`, which would download another one.
 *
 * @param name as `installedName` gives it
 * @param isPlugAndPlay whether Yarn resolves packages
 */
export const textAsInstalled = (
  text: string,
  name: string,
  isPlugAndPlay = process.versions['pnp'] !== undefined,
): string => {
  const named = text.replaceAll(`npx nx g ${publishedName}:`, () => `npx nx g ${name}:`);
  return isPlugAndPlay ? named.replaceAll('npx nx ', 'yarn nx ') : named;
};

/** A problem whose commands can be pasted in a workspace, as `textAsInstalled`. */
export const problemAsInstalled = (problem: Problem, name: string): Problem => ({
  ...problem,
  what: textAsInstalled(problem.what, name),
  fix: textAsInstalled(problem.fix, name),
});
