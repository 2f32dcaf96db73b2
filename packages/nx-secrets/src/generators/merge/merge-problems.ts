import type { Problem } from '../../problem';
import { didYouMean } from '../../config/did-you-mean';
import { mergeCommand, shellWord } from '../../config/commands';

/** Lists them. */
const inConflict = 'git diff --name-only --diff-filter=U';

/** The problem of no path at all. */
export const noFile: Problem = {
  code: 'noFile',
  what: 'no file specified',
  where: 'the first argument',
  fix: `Pass the path of a secret file in conflict. To list them:\n${inConflict}`,
};

/** The problem of a path that no stage's file has. */
export const noSecretFile = (path: string): Problem => ({
  code: 'notASecretFile',
  what: 'the file name is not that of a secret file',
  where: path,
  fix: `Pass the path of one: <service>/secrets/<stage>.enc.<yaml|json|env|ini|bin>. Those in conflict:\n${inConflict}`,
});

/** The problem of a path where nothing is, in Git's index neither. `known`: the secret files that there are. */
export const noSuchFile = (path: string, known: readonly string[]): Problem => ({
  code: 'noFile',
  what: 'the file does not exist, and Git has no unresolved merge of it',
  where: path,
  fix: `${didYouMean(path, known)}Pass the path relative to the workspace or to the working directory. Files in conflict:\n${inConflict}`,
});

/** The problem of a file that Git does not hold the sides of. */
export const notInMerge = (path: string): Problem => ({
  code: 'notInMerge',
  what: 'Git has no unresolved merge of this file',
  where: path,
  fix: [
    'If it is resolved, nothing is left to do. If lines of both sides were committed, check out an earlier revision and merge again:',
    `git log --oneline -- ${shellWord(path)}`,
    `git checkout <commit> -- ${shellWord(path)}`,
  ].join('\n'),
});

/** The problem of a file that one side removed, and the other changed. */
export const oneSideGone = (path: string, side: 'ours' | 'theirs'): Problem => {
  const other = side === 'ours' ? 'theirs' : 'ours';
  return {
    code: 'mergeRemovedFile',
    what: `${side} has removed the file, and ${other} has changed it`,
    where: path,
    fix: [
      'Keep it:',
      `git checkout --${other} -- ${shellWord(path)}`,
      `git add ${shellWord(path)}`,
      'Or remove it:',
      `git rm --force ${shellWord(path)}`,
    ].join('\n'),
  };
};

/** The problem of keys that each side gave another value. */
export const bothChanged = (path: string, keys: readonly string[]): Problem => ({
  code: 'mergeConflict',
  what: `both sides changed ${keys.join(', ')} in different ways`,
  where: path,
  fix: [
    'Keep your value of each; all other changes of both sides are kept:',
    mergeCommand(path, '--prefer=ours'),
    'Or keep theirs:',
    mergeCommand(path, '--prefer=theirs'),
  ].join('\n'),
});

/** The problem of a file that no sync pushes either. */
export const severalDocuments = (path: string): Problem => ({
  code: 'severalDocuments',
  what: 'the file has several YAML documents, but a secret has one',
  where: path,
  fix: `Check out one side and keep one document:\ngit checkout --ours -- ${shellWord(path)}`,
});
