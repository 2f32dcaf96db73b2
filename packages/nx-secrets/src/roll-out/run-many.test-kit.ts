import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext, TaskGraph } from '@nx/devkit';
import { FsTree } from 'nx/src/generators/tree';
import { resetWorkspaceContext } from 'nx/src/utils/workspace-context';
import { serviceRoots } from '../config/project-location';
import checkBatch from '../executors/check-secrets/batch';
import diffBatch from '../executors/diff-secrets/batch';
import provisionBatch from '../executors/provision-keys/batch';
import syncBatch from '../executors/sync-secrets/batch';

const batches = {
  'check-secrets': checkBatch,
  'diff-secrets': diffBatch,
  'provision-keys': provisionBatch,
  'sync-secrets': syncBatch,
} as const;

/** `nx run-many -t <target> …` for all services of a workspace, without Nx. */
export const runMany = async (directory: string, words: readonly string[]): Promise<void> => {
  const target = words[words.indexOf('-t') + 1] as keyof typeof batches;
  const options = Object.fromEntries(
    words.flatMap((word) => {
      const [, name, value] = /^--([a-z-]+)(?:=(.*))?$/.exec(word) ?? [];
      if (name === undefined) return [];
      return [[name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()), value ?? true]];
    }),
  );
  resetWorkspaceContext();
  const roots = await serviceRoots(new FsTree(directory, false));
  const named = roots.map((root) => [root.slice(root.lastIndexOf('/') + 1), root] as const);
  const tasks = named.map(([project, root]) => {
    const id = `${project}:${target}`;
    return [
      id,
      { id, target: { project, target }, projectRoot: root, overrides: {}, outputs: [], parallelism: true },
    ] as const;
  });
  const context = {
    root: directory,
    cwd: directory,
    isVerbose: false,
    nxJsonConfiguration: JSON.parse(readFileSync(join(directory, 'nx.json'), 'utf8')) as object,
    projectsConfigurations: {
      version: 2,
      projects: Object.fromEntries(named.map(([project, root]) => [project, { root, targets: {} }])),
    },
    projectGraph: { nodes: {}, dependencies: {} },
  } as ExecutorContext;
  const graph = {
    tasks: Object.fromEntries(tasks),
    dependencies: {},
    continuousDependencies: {},
    roots: [],
  };
  const inputs = Object.fromEntries(tasks.map(([id]) => [id, options]));
  for await (const { task, result } of batches[target](
    graph as unknown as TaskGraph,
    inputs,
    options,
    context,
  ))
    if (!result.success) throw new Error(`${task} failed: ${result.terminalOutput}`);
};
