import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { throwProblem } from '../problem';

/**
 * Moves a folder as `git mv` does: with all that is in it, ignored files included, and the index with it.
 *
 * @param from relative to the workspace, as `to`
 * @throws ProblemError where Git does not move it
 */
export async function moveFolder(workspaceRoot: string, from: string, to: string): Promise<void> {
  await mkdir(dirname(join(workspaceRoot, to)), { recursive: true });
  const { exitCode } = await execa('git', ['-C', workspaceRoot, 'mv', '--', from, to], {
    reject: false,
    stdin: 'ignore',
  });
  if (exitCode === 0) return;
  throwProblem({
    code: 'gitFailed',
    what: `Git did not move ${from} to ${to}`,
    where: from,
    fix: 'Run git status, commit or remove what is in the way, and run it again. Or move the folder yourself, and run it there without --to.',
  });
}
