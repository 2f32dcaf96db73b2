import { awsEnvironment } from '../../aws/environment.mjs';
import { python, pythonProgram } from '../../interop/programs/python.mjs';
import { sops } from '../../interop/programs/sops.mjs';
import { workspaceEnvironment } from '../../workspaces/environment.mjs';
import { median } from '../measure.mjs';
import { needed } from '../needed.mjs';
import { startBenchAws } from './aws.mjs';
import { contendersOf } from './contenders.mjs';
import { readOptions } from './options.mjs';
import { renderAims, renderTable } from './report.mjs';
import { createSecrets } from './secrets.mjs';
import { measureProcess } from './whole-process.mjs';
import { createServices } from './workspace.mjs';

/** What AWS holds before a run: no secret, or the one that a revision of the file was pushed as. */
const before = {
  created: () => () => undefined,
  changed: ({ fileOf }) => fileOf(0),
  unchanged: ({ fileOf }) => fileOf(1),
};

/**
 * Measures a sync of many services as a whole process, against what else could push them, in the same run and in turn.
 *
 * @param {Readonly<Record<string, unknown>>} values options of the command line
 * @throws Error where a peer is missing, where anything fails, or where it made other calls than it should
 */
export async function benchSync(values) {
  const options = readOptions(values);
  const programs = { sops: await needed(sops), python: await needed(python), aws: pythonProgram('aws') };
  const aws = await startBenchAws({ NODE_NO_WARNINGS: '1' });
  const secrets = createSecrets(aws.endpoint);
  let services;
  try {
    services = await createServices(secrets);
    const { path, temporary } = services;
    const env = { ...workspaceEnvironment(temporary), ...awsEnvironment(aws.endpoint, temporary) };
    const bench = { aws, secrets, services, contenders: contendersOf(programs), rounds: options.rounds };
    bench.measure = (command) => measureProcess(programs.python, command, { cwd: path, env });
    const tables = [];
    for (const count of options.services) {
      await services.grow(count);
      for (const latency of options.latencies) {
        for (const name of options.cases) {
          const table = { name, count, latency, rows: await compare(bench, name, count, latency, tables) };
          console.log(renderTable(table));
          tables.push(table);
        }
      }
    }
    console.log(renderAims(tables));
  } finally {
    await aws.stop();
    secrets.close();
    await services?.remove();
  }
}

/** Rows of a table: contenders in turn, round by round, so that a machine whose speed drifts does the same to all. */
async function compare(bench, name, count, latency, earlier) {
  const taking = bench.contenders.filter(({ calls }) => calls[name]);
  const running = taking.filter(({ largest = count }) => count <= largest);
  const runs = new Map(running.map((contender) => [contender, []]));
  for (let round = 0; round < bench.rounds; round += 1) {
    for (const contender of running.filter(({ once }) => !once || round === 0)) {
      runs.get(contender).push(await measureOnce(bench, contender, name, count, latency));
    }
  }
  return taking.flatMap((contender) => {
    const measured = runs.get(contender);
    if (measured) return [rowOf(contender, measured)];
    const smaller = earlier.find(
      (table) => table.name === name && table.latency === latency && table.count === contender.largest,
    );
    const row = smaller?.rows.find(({ contender: { name } }) => name === contender.name);
    return row ? [estimated(row, count / contender.largest)] : [];
  });
}

async function measureOnce({ aws, secrets, services, measure }, contender, name, count, latency) {
  await secrets.place(services.services(), before[name](services));
  const { calls, ...used } = await aws.whileSlow(latency, () => measure(contender.command(name)));
  const expected = contender.calls[name](count);
  if (sorted(calls) !== sorted(expected)) {
    throw new Error(`${contender.title}: made the calls ${sorted(calls)}, not ${sorted(expected)}`);
  }
  return { ...used, calls };
}

const sorted = (calls) => JSON.stringify(Object.entries(calls).sort());

function rowOf(contender, runs) {
  const middle = (figure) => median(runs.map((run) => run[figure]));
  return {
    contender,
    seconds: middle('seconds'),
    cpu: middle('cpu'),
    peak: middle('peak'),
    calls: runs[0].calls,
    /** Of each round, for ratios round by round. */
    rounds: runs.map(({ seconds }) => seconds),
  };
}

const estimated = ({ contender, seconds, cpu, peak, calls, rounds }, factor) => ({
  contender,
  seconds: seconds * factor,
  cpu: cpu * factor,
  peak,
  calls: Object.fromEntries(Object.entries(calls).map(([name, count]) => [name, count * factor])),
  rounds: rounds.map((round) => round * factor),
  estimated: true,
});
