import { lstat, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, posix, sep } from 'node:path';
import { throwProblem, type Problem } from '../problem';
import { shellWord } from '../config/commands';
import { unlessMissing } from '../config/read-file';
import { secretsFolder } from '../config/secret-file-name';

/** Where a file of the workspace really is, and may be written. */
export interface WritablePlace {
  /** Folder without any links in its path; it may have to be made. */
  readonly folder: string;
  readonly name: string;
}

/**
 * Where a file of the workspace is written. Links are followed as long as they stay in the workspace.
 *
 * @param path relative to the workspace
 * @throws ProblemError for a link, of the file or of a folder above it, that leads out of the workspace, into Git's own
 * folder, or to nothing: a write would make a file wherever it points
 */
export async function writablePlace(workspaceRoot: string, path: string): Promise<WritablePlace> {
  const top = await realpath(workspaceRoot);
  const parts = posix.normalize(path).split('/');
  if (parts[0] === '..' || posix.isAbsolute(path)) throwProblem(outside(path));
  let real = top;
  for (const [index, part] of parts.entries()) {
    const step = join(real, part);
    const found = await lstat(step).catch((error: unknown) => unlessMissing(error, undefined));
    if (!found) return { folder: join(real, ...parts.slice(index, -1)), name: basename(path) };
    const place = parts.slice(0, index + 1).join('/');
    real = found.isSymbolicLink() ? await within(top, step, place) : step;
    if (isOfGit(top, real)) throwProblem(leadsAway(place, 'into the .git folder'));
  }
  return { folder: dirname(real), name: basename(real) };
}

async function within(top: string, link: string, place: string): Promise<string> {
  const target = await realpath(link).catch(() => undefined);
  if (target === undefined) return throwProblem(leadsAway(place, `to nothing (${await readlink(link)})`));
  if (target === top || target.startsWith(top.endsWith(sep) ? top : top + sep)) return target;
  return throwProblem(leadsAway(place, `out of the workspace (to ${target})`));
}

const isOfGit = (top: string, real: string): boolean => real.slice(top.length).split(sep).includes('.git');

const leadsAway = (place: string, to: string): Problem => ({
  code: 'linkLeadsAway',
  what: `a link leads ${to}, so nothing is written through it`,
  where: place,
  fix: `To see who created it:\ngit log -- ${shellWord(place)}\nRemove the link, then run it again; the file is then written in its place.\nrm ${shellWord(place)}`,
});

const outside = (path: string): Problem => ({
  code: 'outsideWorkspace',
  what: `${path} is outside of the workspace`,
  where: path,
  fix: 'Pass a path in the workspace.',
});

/**
 * Refuses a secret file that is a link, or whose folder is one: Git stores the link but not the content or its history.
 *
 * @param path relative to the workspace
 * @throws ProblemError
 */
export async function assertNoLink(workspaceRoot: string, path: string): Promise<void> {
  const folder = posix.dirname(path);
  for (const place of posix.basename(folder) === secretsFolder ? [folder, path] : [path]) {
    const found = await lstat(join(workspaceRoot, place)).catch((error: unknown) =>
      unlessMissing(error, undefined),
    );
    if (found?.isSymbolicLink())
      throwProblem(linked(place, await readlink(join(workspaceRoot, place)), place !== path));
  }
}

function linked(place: string, target: string, isFolder: boolean): Problem {
  const path = shellWord(place);
  const beside = shellWord(`${place}.tmp`);
  return {
    code: 'linkedSecretFile',
    what: `${isFolder ? 'the folder of the secret files' : 'the secret file'} is a link (to ${target}): Git stores the link but not the content or its history`,
    where: place,
    fix: isFolder
      ? `Replace the link by a folder:\ncp -R ${path}/. ${beside} && rm ${path} && mv ${beside} ${path} && git add ${path}`
      : `Replace the link by the file:\ncp ${path} ${beside} && mv ${beside} ${path} && git add ${path}\nWhere it leads to another service's or stage's file, remove it instead:\ngit rm ${path}`,
  };
}
