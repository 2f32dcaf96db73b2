/** Variables that this repository's own npm, Nx and pipeline leave for their children: elsewhere they lead astray. */
const ours =
  /^(CI$|FORCE_COLOR$|NX_|npm_package_|npm_lifecycle_|npm_config_(local_prefix|workspace|prefix)|INIT_CWD$|npm_execpath$|npm_command$)/i;

/**
 * Environment for commands in a throw-away workspace: as in a shell that somebody has just opened there, without Nx's
 * daemon (it would outlive the workspace), and with a temporary folder of its own. To be put on top of `process.env`.
 *
 * @param {string} temporaryFolder
 */
export function workspaceEnvironment(temporaryFolder) {
  const names = Object.keys(process.env).filter((name) => ours.test(name));
  return {
    ...Object.fromEntries(names.map((name) => [name, undefined])),
    NX_DAEMON: 'false',
    NX_TUI: 'false',
    NX_NO_CLOUD: 'true',
    NO_COLOR: '1',
    NODE_NO_WARNINGS: '1',
    TMPDIR: temporaryFolder,
    TMP: temporaryFolder,
    TEMP: temporaryFolder,
    GIT_AUTHOR_NAME: 'Dev',
    GIT_AUTHOR_EMAIL: 'dev@example.com',
    GIT_COMMITTER_NAME: 'Dev',
    GIT_COMMITTER_EMAIL: 'dev@example.com',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
  };
}
