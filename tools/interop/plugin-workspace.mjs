import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { privateFolder } from '../private-folder.mjs';
import { needProgram } from '../programs/run-program.mjs';

const require = createRequire(import.meta.url);
const built = (path) => require(`../../packages/nx-secrets/dist/${path}.js`);

/**
 * A workspace in Git in which the built plugin's generators and its sync are called, without Nx around them: what they do
 * to files and AWS is for other programs to judge.
 *
 * @param {string} name the beginning of the folder's name
 * @param {object} options of the plugin, as in nx.json
 * @param {Record<string, string | undefined>} env by which AWS is reached; taken into this process
 */
export async function pluginWorkspace(name, options, env) {
  const folder = await privateFolder(name);
  const at = (path) => join(folder.path, path);
  const write = async (path, content) => {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), content);
  };
  const git = (...args) =>
    needProgram('git', ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', ...args], {
      cwd: folder.path,
    });
  const become = (variables) => {
    for (const [variable, value] of Object.entries(variables))
      if (value === undefined) delete process.env[variable];
      else process.env[variable] = value;
  };
  const generate = async (generator, given) => {
    const { flushChanges, FsTree } = require('nx/src/generators/tree');
    // Nx lists the files of a workspace once in a process.
    require('nx/src/utils/workspace-context').resetWorkspaceContext();
    const tree = new FsTree(folder.path, false);
    const callback = await built(`generators/${generator}/generator`).default(tree, given);
    flushChanges(folder.path, tree.listChanges());
    await callback();
  };

  become(env);
  await write('package.json', '{"name": "shop"}');
  await write('nx.json', JSON.stringify({ plugins: [{ plugin: 'nx-secrets', options }] }));
  await git('init', '-q', '-b', 'main');
  return {
    path: folder.path,
    remove: folder.remove,
    write,
    read: (path) => readFile(at(path), 'utf8'),
    become,
    generate,
    async set(directory, stage, key, value) {
      await write('tmp/value', value);
      await generate('set', { directory, stage, key, fromFile: at('tmp/value') });
      await write('tmp/value', '');
    },
    async commit(message) {
      await git('add', 'services');
      await git('commit', '-q', '--allow-empty', '-m', message);
    },
    /** Syncs services; gives what became of each file, `user-service dev updated`. */
    async sync(...roots) {
      const read = built('config/options').readOptions(options);
      const everyService = await built('config/services').readServices(folder.path, roots, read);
      const { entries } = await built('sync/run-sync').runSync({
        workspaceRoot: folder.path,
        options: read,
        services: everyService,
        everyService,
        stages: [],
        dryRun: false,
        overrides: { overwrite: new Set(), adopt: new Set() },
        ci: false,
        interruption: built('interruption').uninterrupted,
      });
      return entries.map(({ service, stage, outcome }) => `${service} ${stage} ${outcome.kind}`);
    },
  };
}
