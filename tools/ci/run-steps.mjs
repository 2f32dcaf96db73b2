/**
 * The stages of `.ci/run` behind `npm ci`, one after the other; all of them run, whatever the one before came to. The steps
 * of a stage run at once.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { repository } from '../packages.mjs';
import { summaryLine, total } from './total.mjs';

const results = join(repository, 'tmp/test-results');

/** `counts`: the step leaves counts of tests; without any it has not done its work. */
const stages = [
  [
    // What the Nx cache holds runs no test, so there would be nothing to count.
    { name: 'test', program: 'npm', args: ['test'], env: { NX_SKIP_NX_CACHE: 'true' }, counts: true },
    { name: 'provision', program: 'node', args: ['tools/interop/provision.mjs'], counts: false },
  ],
  // Once, for all that use the packages as users get them.
  [{ name: 'pack', program: 'npm', args: ['run', 'pack'], counts: false }],
  [
    { name: 'interop', program: 'node', args: ['tools/interop/run.mjs'], counts: true },
    { name: 'site', program: 'node', args: ['site/run.mjs'], counts: true },
  ],
  [
    { name: 'e2e', program: 'node', args: ['e2e/run.mjs'], counts: true },
    { name: 'demo', program: 'node', args: ['tools/demo/demo.mjs'], counts: true },
  ],
];

/**
 * Runs one step, and gives its counts and how it ended. Its output is shown while it runs, or, for a step next to the first
 * one of its stage, at its end.
 */
async function runStep({ name, program, args, env, counts }, beside) {
  const folder = join(results, name);
  const title = `\n##### ${name}: ${program} ${args.join(' ')}`;
  if (!beside) console.log(title);
  const startedAt = performance.now();
  const { exitCode = 127, all = '' } = await execa(program, args, {
    cwd: repository,
    env: { ...env, TEST_RESULTS_DIR: folder },
    stdin: 'ignore',
    ...(beside ? { all: true } : { stdout: 'inherit', stderr: 'inherit' }),
    reject: false,
  });
  if (beside) console.log(`${title}\n${all}`);
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
for (const steps of stages)
  ended.push(...(await Promise.all(steps.map((step, index) => runStep(step, index > 0)))));

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
