/**
 * Loaded before anything else of a generator: under Yarn Plug'n'Play, Node 20 cannot load ES modules (execa) from Yarn's
 * archives by `require`, and ends with a path into an archive as its message.
 */
const isPlugAndPlay = process.versions['pnp'] !== undefined;
if (isPlugAndPlay && Number(process.versions.node.split('.')[0]) < 22) {
  throw new Error(
    [
      `what:  Yarn Plug'n'Play needs Node 24, and this is Node ${process.versions.node}`,
      'where: .yarnrc.yml, nodeLinker',
      'fix:   Use Node 24. Or install into node_modules:',
      'yarn config set nodeLinker node-modules && yarn install',
    ].join('\n'),
  );
}
export {};
