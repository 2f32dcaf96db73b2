import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { renderProblem, toProblem } from '../../problem';
import { renderFailure, renderLines, renderReport, succeeded } from '../../sync/report';
import { runSync } from '../../sync/run-sync';
import type { Entry } from '../../sync/states';
import { syncRequest, type SyncOptions } from './request';

/** What Nx wants of each task of a batch. */
interface TaskReport {
  readonly task: string;
  readonly result: {
    readonly success: boolean;
    readonly terminalOutput: string;
    readonly startTime: number;
    readonly endTime: number;
  };
}

/**
 * Pushes many services' secret files in one process. Yields every task exactly once and throws nothing: Nx would run a
 * task again that was not yielded, and fail all of them for one thrown error.
 */
export default async function* syncSecretsBatch(
  taskGraph: TaskGraph,
  inputs: Record<string, SyncOptions>,
  overrides: SyncOptions,
  context: ExecutorContext,
): AsyncGenerator<TaskReport> {
  const startTime = Date.now();
  for (const group of groupsOf(Object.keys(taskGraph.tasks), inputs, overrides)) {
    const roots = group.ids.map((id) => taskGraph.tasks[id]?.projectRoot ?? '');
    const result = await run(roots, group.options, context);
    for (const [index, task] of group.ids.entries()) {
      const endTime = Date.now();
      yield { task, result: { ...taskResult(result, roots[index] ?? ''), startTime, endTime } };
    }
  }
}

type Result = readonly Entry[] | { readonly failure: string };

async function run(
  roots: readonly string[],
  options: SyncOptions,
  context: ExecutorContext,
): Promise<Result> {
  try {
    const report = await runSync(await syncRequest(roots, options, context));
    // Nx hides the output of tasks that succeed where there is no terminal: the report is printed here, once.
    console.log(renderReport(report));
    return report.entries;
  } catch (error) {
    const failure = renderProblem(toProblem(error));
    console.error(failure);
    return { failure };
  }
}

function taskResult(result: Result, root: string): { success: boolean; terminalOutput: string } {
  if ('failure' in result) return { success: false, terminalOutput: result.failure };
  const entries = result.filter((entry) => entry.root === root);
  const failures = entries.filter(({ outcome }) => outcome.kind === 'failed').map(renderFailure);
  return {
    success: succeeded({ entries }),
    terminalOutput: [...renderLines(entries), ...failures].join('\n'),
  };
}

/** Tasks with the same options run together: usually all of them. */
function groupsOf(ids: readonly string[], inputs: Record<string, SyncOptions>, overrides: SyncOptions) {
  const groups = new Map<string, { options: SyncOptions; ids: string[] }>();
  for (const id of ids) {
    const options = { ...inputs[id], ...overrides };
    const key = JSON.stringify(options);
    const group = groups.get(key) ?? { options, ids: [] };
    group.ids.push(id);
    groups.set(key, group);
  }
  return [...groups.values()];
}
