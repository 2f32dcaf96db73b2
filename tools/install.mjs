/**
 * Installs the workspace's packages when they are missing or older than the lock file, and does nothing otherwise, so
 * that every npm script works as the first command after `git clone`.
 *
 * The one tool that cannot use execa: it is what installs it.
 */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const leastNode = [20, 19];

const modifiedAt = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs;

/** Whether `version` ("20.18.1") is at least `least` ([20, 19]). */
function isAtLeast(version, [leastMajor, leastMinor]) {
  const [major, minor] = version.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

function stop(what, fix) {
  console.error(`what:  ${what}\nwhere: ${root}\nfix:   ${fix}`);
  process.exit(1);
}

if (!isAtLeast(process.versions.node, leastNode)) {
  stop(
    `Node ${leastNode.join('.')} or newer is needed, and this is ${process.versions.node}`,
    'Install a newer Node, for instance with: nvm install 22',
  );
}

// npm writes this file last: where it is older than the lock file, what is installed is something else.
const installedAt = modifiedAt('node_modules/.package-lock.json');
if (installedAt === undefined || installedAt < modifiedAt('package-lock.json')) {
  console.log('$ npm ci');
  const npm = process.env.npm_execpath;
  const [program, args] = npm ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']];
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) {
    stop(
      `npm ci failed${error ? ` (${error.message})` : ` with exit code ${status}`}`,
      'Read its lines above.',
    );
  }
}
