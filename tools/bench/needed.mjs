/**
 * Where a program of the interop runs is. A bench without its peer says nothing, so it does not begin without it.
 *
 * @param {{name: string, needs: string, find: () => Promise<string | undefined>}} program
 * @returns {Promise<string>} its path
 * @throws Error that says how to get it
 */
export async function needed(program) {
  const path = await program.find();
  if (path !== undefined) return path;
  throw new Error(
    `missing: ${program.name} (needs ${program.needs})\nfix:     node tools/interop/provision.mjs installs it into a cache outside the tree`,
  );
}
