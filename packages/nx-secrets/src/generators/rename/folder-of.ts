import { posix } from 'node:path';
import { throwProblem } from '../../problem';
import { badFolder } from './refusals';

/** The folder that `--to` names, relative to the workspace. @throws ProblemError where it is none there */
export function folderOf(to: string): string {
  const folder = posix.normalize(to.replaceAll('\\', '/')).replace(/\/$/, '');
  const parts = folder.split('/');
  const isOutside = posix.isAbsolute(folder) || /^[A-Za-z]:/.test(folder) || parts[0] === '..';
  // Neither Git's lists nor messages can hold control characters.
  const isOdd = to.trim() === '' || folder === '.' || /\p{Cc}/u.test(folder);
  const isHidden = parts.some((part) => part === '.git' || part === 'node_modules');
  return isOutside || isOdd || isHidden ? throwProblem(badFolder(to)) : folder;
}
