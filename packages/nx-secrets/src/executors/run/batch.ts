import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { renderProblem, toProblem } from '../../problem';
import { publish } from '../../report/publish';
import { failuresOf, mergeReports, succeeded, type Report } from '../../report/report';
import { renderFailure, renderLines } from '../../report/text';
import { interruptible, type Interruption } from '../../terminal/interruption';
import type { ReportOptions, Verb } from './verb';

/** What Nx wants of each task of a batch. */
export interface TaskReport {
  readonly task: string;
  readonly result: {
    readonly success: boolean;
    readonly terminalOutput: string;
    readonly startTime: number;
    readonly endTime: number;
  };
}

/** Tasks with the same options, with what became of them. */
interface Group<Options> {
  readonly options: Options;
  /** Task ids, each with its project's root. */
  readonly tasks: readonly { readonly id: string; readonly root: string }[];
}

type Ended<Options> = Group<Options> & { readonly result: Report | { readonly failure: string } };

/**
 * Runs a verb for many projects in one process. Yields every task exactly once and throws nothing: Nx would run a task
 * again that was not yielded, and fail all of them for one thrown error.
 */
export async function* runBatch<Options extends ReportOptions>(
  verb: Verb<Options>,
  taskGraph: TaskGraph,
  inputs: Record<string, Options>,
  overrides: Options,
  context: ExecutorContext,
): AsyncGenerator<TaskReport> {
  const startTime = Date.now();
  const ended = await interruptible((interruption) =>
    runGroups(verb, groupsOf(taskGraph, inputs, overrides), context, interruption),
  );
  const endTime = Date.now();
  for (const { tasks, result } of ended) {
    for (const { id, root } of tasks) {
      yield { task: id, result: { ...taskResult(result, root), startTime, endTime } };
    }
  }
}

async function runGroups<Options extends ReportOptions>(
  verb: Verb<Options>,
  groups: readonly Group<Options>[],
  context: ExecutorContext,
  interruption: Interruption,
): Promise<readonly Ended<Options>[]> {
  const ended: Ended<Options>[] = [];
  for (const group of groups) {
    const roots = group.tasks.map(({ root }) => root);
    const run = verb.run(roots, group.options, context, interruption);
    ended.push({ ...group, result: await run.catch(failed) });
  }
  // Nx hides the output of tasks that succeed where there is no terminal: the report is printed here, once.
  const report = mergeReports(ended.flatMap(({ result }) => ('failure' in result ? [] : [result])));
  const json = groups.find(({ options }) => options.json !== undefined)?.options.json;
  if (!report) return ended;
  const publication = { title: verb.name, workspaceRoot: context.root, json };
  return publish(report, { ...publication, interrupted: interruption.requested() }).then(
    () => ended,
    (error: unknown) => ended.map((group) => ({ ...group, result: failed(error) })),
  );
}

/** What is wrong with the request, or with where the report should go, fails all tasks that it is about. */
function failed(error: unknown): { readonly failure: string } {
  const failure = renderProblem(toProblem(error));
  console.error(failure);
  return { failure };
}

function taskResult(
  result: Report | { readonly failure: string },
  root: string,
): { success: boolean; terminalOutput: string } {
  if ('failure' in result) return { success: false, terminalOutput: result.failure };
  const entries = result.entries.filter((entry) => entry.root === root);
  return {
    success: succeeded({ entries }),
    terminalOutput: [...renderLines(entries), ...failuresOf(entries).map(renderFailure)].join('\n'),
  };
}

/** Tasks with the same options run together: usually all of them. */
function groupsOf<Options>(
  { tasks }: TaskGraph,
  inputs: Record<string, Options>,
  overrides: Options,
): readonly Group<Options>[] {
  const groups = new Map<string, { options: Options; tasks: { id: string; root: string }[] }>();
  for (const [id, { projectRoot }] of Object.entries(tasks)) {
    const options = { ...(inputs[id] as Options), ...overrides };
    const key = JSON.stringify(options);
    const group = groups.get(key) ?? { options, tasks: [] };
    group.tasks.push({ id, root: projectRoot ?? '' });
    groups.set(key, group);
  }
  return [...groups.values()];
}
