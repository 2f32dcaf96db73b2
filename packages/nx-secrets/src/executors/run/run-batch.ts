import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { escapeControlCharacters, renderProblem, toProblem, type Problem } from '../../problem';
import { publish } from '../../output/publish';
import { printing } from '../../output/stdout';
import { failuresOf, isFailed, mergeReports, succeeded, type Report } from '../../report';
import { renderFailure, renderLines } from '../../output/text';
import { interruptible, type Interruption } from '../../interruption';
import { requestedConfigurationVariable } from '../../plugin/requested-configuration';
import { withConfiguration } from './parse-options';
import { runFor } from './run-for';
import type { ExecutorDefinition, ExecutorOptions } from './executor-definition';

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

type Ended<Options> = Group<Options> & { readonly result: Report | { readonly failure: Problem } };

/**
 * Runs an executor for many projects in one process. Yields every task exactly once and throws nothing: Nx would run a task
 * again that was not yielded, and fail all of them for one thrown error.
 */
export async function* runBatch<Options extends ExecutorOptions>(
  definition: ExecutorDefinition<Options>,
  taskGraph: TaskGraph,
  inputs: Record<string, Options>,
  context: ExecutorContext,
): AsyncGenerator<TaskReport> {
  const startTime = Date.now();
  const ended = await printing(() =>
    interruptible((interruption) =>
      runGroups(definition, groupsOf(taskGraph, inputs, context), context, interruption),
    ),
  );
  const endTime = Date.now();
  for (const { tasks, result } of ended) {
    for (const { id, root } of tasks) {
      yield { task: id, result: { ...taskResult(result, root), startTime, endTime } };
    }
  }
}

async function runGroups<Options extends ExecutorOptions>(
  definition: ExecutorDefinition<Options>,
  groups: readonly Group<Options>[],
  context: ExecutorContext,
  interruption: Interruption,
): Promise<readonly Ended<Options>[]> {
  const ended: Ended<Options>[] = [];
  for (const group of groups) {
    const roots = group.tasks.map(({ root }) => root);
    const result = await runFor(definition, roots, group.options, context, interruption).catch(failed);
    ended.push({ ...group, result });
  }
  // Nx hides the output of tasks that succeed where there is no terminal: the report is printed here, once.
  const report = mergeReports(ended.flatMap(({ result }) => ('failure' in result ? [] : [result])));
  const json = groups.map(({ options }) => options.json).find((file) => typeof file === 'string');
  if (!report) return ended;
  const publication = { title: definition.name, workspaceRoot: context.root, json };
  return publish(report, { ...publication, interrupted: interruption.requested() }).then(
    () => ended,
    (error: unknown) => ended.map((group) => ({ ...group, result: failed(error) })),
  );
}

/** What is wrong with the request, or with where the report should go, fails all tasks that it is about. */
function failed(error: unknown): { readonly failure: Problem } {
  const failure = toProblem(error);
  console.error(renderProblem(failure));
  return { failure };
}

/**
 * Whether Nx shows what a batch prints while it runs: then a task's own output need not say it again. Its terminal UI has a
 * pane for each task; on GitHub it folds a batch, and shows the tasks' outputs.
 */
const isShownAnyway = () => process.env['NX_TUI'] !== 'true' && !process.env['GITHUB_ACTIONS'];

function taskResult(
  result: Report | { readonly failure: Problem },
  root: string,
): { success: boolean; terminalOutput: string } {
  if ('failure' in result) {
    const { failure } = result;
    const terminalOutput = isShownAnyway() ? escapeControlCharacters(failure.what) : renderProblem(failure);
    return { success: false, terminalOutput };
  }
  const entries = result.entries.filter((entry) => entry.root === root);
  const output = isShownAnyway()
    ? renderLines(entries.filter(({ outcome }) => isFailed(outcome)))
    : [...renderLines(entries), ...failuresOf(entries).map(renderFailure)];
  return { success: succeeded({ entries }), terminalOutput: output.join('\n') };
}

/** Tasks with the same options run together: usually all of them. */
function groupsOf<Options extends ExecutorOptions>(
  { tasks }: TaskGraph,
  inputs: Record<string, Options>,
  { projectsConfigurations }: ExecutorContext,
): readonly Group<Options>[] {
  const groups = new Map<string, { options: Options; tasks: { id: string; root: string }[] }>();
  const asked = process.env[requestedConfigurationVariable];
  for (const [id, { projectRoot, target }] of Object.entries(tasks)) {
    const configuration = projectsConfigurations.projects[target.project]?.targets?.[target.target];
    const options = withConfiguration(inputs[id] ?? ({} as Options), configuration, asked);
    const key = JSON.stringify(options);
    const group = groups.get(key) ?? { options, tasks: [] };
    group.tasks.push({ id, root: projectRoot ?? '' });
    groups.set(key, group);
  }
  return [...groups.values()];
}
