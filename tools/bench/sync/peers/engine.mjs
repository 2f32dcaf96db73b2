/** The engine alone: the batch executor as Nx calls it, without Nx. Runs in the workspace, with what is installed there. */
import { createRequire } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = process.cwd();
const require = createRequire(join(root, 'package.json'));
const { default: batch } = require('./node_modules/secrets/dist/executors/sync-secrets/batch.js');

const roots = readdirSync('services').map((name) => `services/${name}`);
const target = { project: 'service', target: 'sync-secrets' };
const tasks = roots.map((projectRoot) => ({ id: `${projectRoot}:sync-secrets`, projectRoot, target }));
const results = batch(
  { tasks: Object.fromEntries(tasks.map((task) => [task.id, task])) },
  Object.fromEntries(tasks.map(({ id }) => [id, {}])),
  {},
  {
    root,
    nxJsonConfiguration: JSON.parse(readFileSync('nx.json', 'utf8')),
    projectsConfigurations: {
      version: 2,
      projects: Object.fromEntries(roots.map((path) => [path, { root: path }])),
    },
  },
);
for await (const { result } of results) if (!result.success) throw new Error(result.terminalOutput);
