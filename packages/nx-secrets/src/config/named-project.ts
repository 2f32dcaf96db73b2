/**
 * Whether the command line names a project. Where it does not, Nx gives generators the project around the working directory,
 * which for every folder that is in no other project is the one at the workspace root. Source: Nx, `utils/params`.
 */
export const isProjectNamed = (): boolean =>
  process.argv.some((argument) => /^--project(?:=|$)/.test(argument));
