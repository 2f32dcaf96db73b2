import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { rule } from '../keys/key-workspace.test-kit';
import { useDirectory, writeFiles } from '../testing/workspace.test-kit';

const directory = useDirectory();
const built = (path: string) => JSON.stringify(join(__dirname, '../../dist', path));

/** What Nx does around a generator, and around an executor: it ends the process as soon as they have ended. */
const generator = (name: string, options: object) => `
  const { FsTree } = require('nx/src/generators/tree');
  const { default: run } = require(${built(`generators/${name}/generator.js`)});
  run(new FsTree(process.cwd(), false), ${JSON.stringify(options)})
    .then((callback) => callback())
    .then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
`;
const reportOf = `
  const { publish } = require(${built('output/publish.js')});
  const outcome = { kind: 'failed', problem: { code: 'noKey', what: 'x'.repeat(1000), fix: 'y' } };
  const entries = Array.from({ length: 1500 }, (_, index) => ({ service: 's' + index, stage: 'dev', name: 'n' + index, root: 'r' + index, outcome: { ...outcome, problem: { ...outcome.problem, what: index + outcome.problem.what } } }));
  publish({ noun: ['secret', 'secrets'], entries, notes: [], milliseconds: 1 }, { title: 'sync-secrets', workspaceRoot: process.cwd() })
    .then(() => process.exit(0));
`;

/** Runs a program; gives what somebody who reads piece by piece gets of it, and how it ended. */
async function run(program: string, readers: 'reads all' | 'reads a little') {
  const child = spawn(process.execPath, ['-e', program], {
    cwd: directory(),
    env: { ...process.env, NX_DAEMON: 'false', NODE_PATH: join(__dirname, '../../../../node_modules') },
  });
  let [read, said] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  for await (const chunk of child.stdout) {
    read += String(chunk);
    if (readers === 'reads a little') break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { read, said, exitCode: await ended };
}

const services = Array.from({ length: 120 }, (_, index) => `service-${index}`);
beforeEach(() =>
  writeFiles(directory(), {
    'package.json': '{"name": "shop"}',
    'nx.json': '{"plugins": [{"plugin": "nx-secrets", "options": {"stages": ["dev", "prod"]}}]}',
    ...Object.fromEntries(
      services.map((name) => [
        `services/${name}/.sops.yaml`,
        `creation_rules:\n${rule(name, 'dev', 'eu-west-1:123456789012')}${rule(name, 'prod', 'eu-west-1:123456789012')}`,
      ]),
    ),
  }),
);

const megabyte = 1_000_000;

test('policies of many services are whole at the end of a pipe', async () => {
  const { read, said, exitCode } = await run(
    generator('policy', { for: 'runtime,key,developer' }),
    'reads all',
  );
  expect({ sizes: said.split(';')[0], exitCode }).toEqual({ sizes: 'Sizes in characters', exitCode: 0 });
  expect(read.length).toBeGreaterThan(megabyte);
  expect(Object.keys(JSON.parse(read) as object)).toHaveLength(services.length * 2 * 3);
});

test('a report of many secrets is whole at the end of a pipe', async () => {
  const { read, said, exitCode } = await run(reportOf, 'reads all');
  expect({ said, exitCode }).toEqual({ said: '', exitCode: 0 });
  expect(read.length).toBeGreaterThan(megabyte);
  expect(read).toContain('1499x');
});

test.each([
  ['policies', generator('policy', {}), 'Sizes in characters'],
  ['a report', reportOf, ''],
])('%s for a reader who has seen enough: no error', async (_, program, begin) => {
  const { said, exitCode } = await run(program, 'reads a little');
  expect({ said: said.split(';')[0], exitCode }).toEqual({ said: begin, exitCode: 0 });
});
