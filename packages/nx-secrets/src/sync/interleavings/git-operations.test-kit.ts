import fc from 'fast-check';
import { historyOf } from '../commit-graph.test-kit';
import { letters, type Commits, type Letter } from './commits.test-kit';

/** What somebody does in Git; `at` picks among what there is, modulo its number. */
export interface GitOperation {
  readonly kind:
    'commit' | 'branch' | 'work' | 'merge' | 'squash' | 'rebase' | 'cherry-pick' | 'revert' | 'force-push';
  readonly at: number;
}

/** A repository with a main branch and another one, by their newest commits. */
export interface Repository {
  readonly commits: Commits;
  readonly main: number;
  readonly side: number;
}

export const begun: Repository = { commits: [{ content: 'A', parents: [] }], main: 0, side: 0 };

export const operations: fc.Arbitrary<GitOperation> = fc.record({
  kind: fc.constantFrom<GitOperation['kind']>(
    ...(['commit', 'branch', 'work', 'work', 'merge', 'squash', 'rebase', 'cherry-pick', 'revert'] as const),
    'force-push',
  ),
  at: fc.nat(20),
});

/**
 * The repository after an operation. A content that was changed again is one that there was not yet; where all letters are
 * used, nothing changes.
 */
export function operate(repository: Repository, { kind, at }: GitOperation): Repository {
  const { commits, main, side } = repository;
  const add = (content: Letter | undefined, ...parents: readonly number[]): Commits => [
    ...commits,
    { content, parents },
  ];
  const fresh = letters.find((letter) => !commits.some(({ content }) => content === letter));
  const added = commits.length;
  const contentOf = (commit: number) => commits[commit]?.content;
  const onSide = ownOf(repository);
  switch (kind) {
    case 'commit':
      return fresh ? { commits: add(fresh, main), main: added, side } : repository;
    case 'branch':
      return { commits, main, side: main };
    case 'work':
      return fresh ? { commits: add(fresh, side), main, side: added } : repository;
    case 'merge': {
      if (onSide.length === 0) return repository;
      const isChanged = contentOf(main) !== contentOf(baseOf(repository));
      const content = isChanged ? fresh : contentOf(side);
      return content ? { commits: add(content, main, side), main: added, side } : repository;
    }
    case 'squash':
      return onSide.length > 0
        ? { commits: add(contentOf(side), main), main: added, side: added }
        : repository;
    case 'rebase': {
      const copies = onSide.map((commit, index) => ({
        content: contentOf(commit),
        parents: [index === 0 ? main : added + index - 1],
      }));
      const head = copies.length > 0 ? added + copies.length - 1 : main;
      return { commits: [...commits, ...copies], main, side: head };
    }
    case 'cherry-pick': {
      const picked = onSide[at % Math.max(onSide.length, 1)];
      return picked === undefined ? repository : { commits: add(contentOf(picked), main), main: added, side };
    }
    case 'revert': {
      const all = historyOf(commits, [main]);
      return { commits: add(contentOf(all[at % all.length]!), main), main: added, side };
    }
    case 'force-push':
      return { commits, main: commits[main]?.parents[0] ?? main, side };
  }
}

/** The commits that the side branch has and main has not, oldest first. */
const ownOf = ({ commits, main, side }: Repository): readonly number[] => {
  const known = historyOf(commits, [main]);
  return historyOf(commits, [side])
    .filter((commit) => !known.includes(commit))
    .reverse();
};

/** The newest commit that both branches have. */
const baseOf = ({ commits, main, side }: Repository): number => {
  const known = historyOf(commits, [main]);
  return historyOf(commits, [side]).find((commit) => known.includes(commit)) ?? 0;
};
