import { lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, parse } from 'node:path';

/**
 * Where Node may keep the compiled code of the program: `$XDG_CACHE_HOME/sops-codec`, by default in `~/.cache`. Whoever can
 * write there decides what the next run executes, and Node would take a folder of its own below /tmp, which another user can
 * make first. So it is a folder that only this user can write to, or reach by way of folders that others can change.
 *
 * @returns undefined where there is no such folder: the program then starts without, a little later
 */
export function compileCacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  user = process.geteuid?.(),
): string | undefined {
  if (user === undefined) return undefined;
  try {
    const base = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
    if (!isAbsolute(base)) return undefined;
    const folder = join(base, 'sops-codec');
    // A home is never made.
    const start = realpathSync(existing(dirname(base), base, folder));
    if (lstatSync(start).uid !== user || !isSafeWay(start, user)) return undefined;
    for (const part of [base, folder]) if (!exists(part)) mkdirSync(part, { mode: 0o700 });
    const real = realpathSync(folder);
    return isSafeWay(real, user) && isPrivate(real, user) ? real : undefined;
  } catch {
    return undefined;
  }
}

const exists = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** The last of some paths that exists. @throws Error where none does */
function existing(...paths: readonly string[]): string {
  const found = paths.findLast(exists);
  if (found === undefined) throw new Error('there is no home');
  return found;
}

/** Of this user, and closed to all others. */
function isPrivate(folder: string, user: number): boolean {
  const stats = lstatSync(folder);
  return stats.isDirectory() && stats.uid === user && (stats.mode & 0o077) === 0;
}

/** Whether only this user and root can exchange a folder: as `StrictModes` of OpenSSH, with sticky folders such as /tmp. */
function isSafeWay(path: string, user: number): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    const { uid, mode } = lstatSync(folder);
    const othersWrite = (mode & 0o022) !== 0;
    const isSticky = (mode & 0o1000) !== 0;
    if ((uid !== user && uid !== 0) || (othersWrite && !isSticky)) return false;
    if (folder === parse(folder).root) return true;
  }
}
