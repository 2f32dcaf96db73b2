import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { relative, sep, isAbsolute } from 'node:path';
import { throwProblem, type Problem } from '../problem';
import { importPiped, shellWord } from '../config/commands';
import { nearFile } from '../files/near-file';

/** No source of secrets is larger: a secret has 64 KiB. */
const largest = 4 * 1024 * 1024;

/**
 * Reads a file that somebody named. One of the repository may be a link to anything: a link out of the workspace is not
 * followed, a device that never ends is not read, and a pipe is not waited for.
 *
 * @param file its absolute path
 * @param shown its path as typed, for messages
 */
export async function readSourceFile(
  workspaceRoot: string,
  file: string,
  shown: string,
): Promise<Uint8Array> {
  const real = await realpath(file).catch(() => undefined);
  if (real === undefined) return throwProblem(missing(shown, await nearFile(file)));
  if (isWithin(workspaceRoot, file) && !isWithin(await realpath(workspaceRoot), real))
    throwProblem(leadsAway(shown, real));
  const handle = await open(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const found = await handle.stat();
    if (!found.isFile()) throwProblem(notAFile(shown));
    if (found.size > largest) throwProblem(tooLarge(shown));
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Reads standard input to its end. @throws ProblemError on a terminal, where each character would be shown */
export async function readStandardInput(): Promise<Uint8Array> {
  if (process.stdin.isTTY) throwProblem(terminal);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > largest) throwProblem(tooLarge('standard input'));
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function isWithin(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside);
}

const missing = (where: string, near: string): Problem => ({
  code: 'noFile',
  what: 'the file to import does not exist',
  where,
  fix: `${near}Pass its path relative to ${process.cwd()}.`,
});

const leadsAway = (where: string, target: string): Problem => ({
  code: 'linkLeadsAway',
  what: `the file to import is a link that leads out of the workspace (to ${target})`,
  where,
  fix: 'If that is the file you mean, pass its own path.',
});

const notAFile = (where: string): Problem => ({
  code: 'notAFile',
  what: 'the path is not a file but a device, a pipe or a folder',
  where,
  fix: `Pass a file, or pipe the content in:\ncat ${shellWord(where)} | ${importPiped()}`,
});

const tooLarge = (where: string): Problem => ({
  code: 'fileTooLarge',
  what: `the source has more than ${largest} bytes, and a secret at most 65536`,
  where,
  fix: 'Pass a file with the values of one service and stage.',
});

const terminal: Problem = {
  code: 'noValue',
  what: 'standard input is a terminal, which would show each value',
  where: 'standard input',
  fix: 'Pipe the values in, or pass the path of a file.',
};
