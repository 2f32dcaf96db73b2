/** Bundles the command line before the specs run it, where a source or the build itself is newer than what is there. */
const { execFileSync } = require('node:child_process');
const { readdirSync, statSync } = require('node:fs');
const { join } = require('node:path');

const root = join(__dirname, '..');

/** When a file was changed; 0 where there is none. */
const changed = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

module.exports = () => {
  const inputs = ['src', 'build'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) => join(root, folder, name)),
  );
  const newest = Math.max(...[...inputs, join(root, 'package.json')].map(changed));
  if (newest < changed(join(root, 'dist/program/LICENSES.txt'))) return;
  execFileSync(process.execPath, [join(root, 'build/bundle.mjs')], { stdio: 'inherit' });
};
