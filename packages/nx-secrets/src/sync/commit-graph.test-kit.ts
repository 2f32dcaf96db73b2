import type { Step, Tokens, Within } from './ancestry';

/** A commit of one file: its content, none where the file is not there, and its parents by index. */
export interface GraphCommit<Content> {
  readonly content: Content | undefined;
  readonly parents: readonly number[];
}

/** Commits, each after its parents: its index is its id, and its date. */
export type CommitGraph<Content> = readonly GraphCommit<Content>[];

/** A line of commits, by contents, oldest first. */
export const line = <Content>(...contents: readonly (Content | undefined)[]): CommitGraph<Content> =>
  contents.map((content, index) => ({ content, parents: index > 0 ? [index - 1] : [] }));

/** The commits in the history of some, with these, newest first. */
export function historyOf(graph: CommitGraph<unknown>, heads: readonly number[]): readonly number[] {
  const found = new Set(heads);
  for (let index = graph.length - 1; index >= 0; index -= 1)
    if (found.has(index)) graph[index]!.parents.forEach((parent) => found.add(parent));
  return [...found].sort((one, other) => other - one);
}

/** What `git log -m` shows of the file in the history of a commit: a change per parent that differs. */
export const stepsOf = <Content>(
  graph: CommitGraph<Content>,
  head: number,
  tokens: (content: Content | undefined) => Tokens,
): readonly Step[] =>
  historyOf(graph, [head]).flatMap((commit) => {
    const { content, parents } = graph[commit]!;
    const befores = parents.length === 0 ? [undefined] : parents.map((parent) => graph[parent]!.content);
    return befores
      .filter((before) => before !== content)
      .map((before) => ({ commit: String(commit), after: tokens(content), before: tokens(before) }));
  });

/** What `git rev-list` says of the commits. */
export const withinOf =
  (graph: CommitGraph<unknown>): Within =>
  async (commit, others) =>
    historyOf(graph, others.map(Number)).includes(Number(commit));
