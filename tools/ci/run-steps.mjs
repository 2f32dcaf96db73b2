/** The steps of `.ci/run` behind `npm ci`, one after the other; all of them run, whatever the one before came to. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { repository } from '../packages.mjs';
import { summaryLine, total } from './total.mjs';

const results = join(repository, 'tmp/test-results');

/** `counts`: the step leaves counts of tests; without any it has not done its work. */
const steps = [
  // What the Nx cache holds runs no test, so there would be nothing to count.
  { name: 'test', program: 'npm', args: ['test'], env: { NX_SKIP_NX_CACHE: 'true' }, counts: true },
  { name: 'provision', program: 'node', args: ['tools/interop/provision.mjs'], counts: false },
  { name: 'interop', program: 'npm', args: ['run', 'test:interop'], counts: true },
  { name: 'e2e', program: 'npm', args: ['run', 'e2e'], counts: true },
  { name: 'demo', program: 'npm', args: ['run', 'demo'], counts: true },
];

/** Runs one step with its output shown, and gives its counts and how it ended. */
async function runStep({ name, program, args, env, counts }) {
  const folder = join(results, name);
  console.log(`\n##### ${name}: ${program} ${args.join(' ')}`);
  const startedAt = performance.now();
  const { exitCode = 127 } = await execa(program, args, {
    cwd: repository,
    env: { ...env, TEST_RESULTS_DIR: folder },
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
    reject: false,
  });
  const runs = await readCounts(folder);
  const { passed, failed } = total(runs, []);
  const ended = exitCode === 0 && counts && passed === 0 ? 1 : exitCode;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  return { name, runs, passed, failed, exitCode: ended, seconds };
}

async function readCounts(folder) {
  const names = await readdir(folder).catch(() => []);
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))));
}

await rm(results, { recursive: true, force: true });
const ended = [];
for (const step of steps) ended.push(await runStep(step));

console.log('');
for (const { name, passed, failed, exitCode, seconds } of ended) {
  console.log(`${name.padEnd(10)} exit code ${exitCode}, ${summaryLine({ passed, failed })}, ${seconds} s`);
}
const all = total(
  ended.flatMap(({ runs }) => runs),
  ended,
);
process.exitCode = all.failed === 0 ? 0 : 1;
console.log(summaryLine(all));
