/** The engine alone: what the executor does, without Nx. Runs in the workspace, with what is installed there. */
import { createRequire } from 'node:module';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = process.cwd();
const require = createRequire(join(root, 'package.json'));
const load = (module) => require(join(root, 'node_modules/secrets/dist', module));
const { syncRequest } = load('executors/sync-secrets/request.js');
const { runSync } = load('sync/run-sync.js');

const roots = readdirSync('services').map((name) => `services/${name}`);
const projects = Object.fromEntries(roots.map((path) => [path, { root: path }]));
const request = await syncRequest(
  roots,
  {},
  {
    root,
    nxJsonConfiguration: JSON.parse(readFileSync('nx.json', 'utf8')),
    projectsConfigurations: { version: 2, projects },
  },
);
const { entries } = await runSync(request);
const failed = entries.filter(({ outcome }) => outcome.kind === 'failed');
if (failed.length > 0) throw new Error(JSON.stringify(failed[0]));
