import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { layoutOf, parse, serialize, type EncryptedFile, type SopsErrorCode } from 'sops-codec';
import { throwProblem, toProblem, type Problem } from '../problem';
import { placeholderProblem } from './unlike-git';
import { readWorkspaceFile } from '../config/read-file';
import { conflict, isConflicted } from './conflict-markers';
import { assertNoLink, writablePlace } from '../files/links';
import { parseSecretFile } from '../config/secret-file-name';
import { writeFileWhole } from '../files/write-file';
import { addressOf, restore, shellWord, sops } from '../config/commands';

/**
 * Reads an encrypted secret file.
 *
 * @param path relative to the workspace
 * @throws ProblemError naming the file where it is missing or damaged
 */
export async function readSecretFile(
  workspaceRoot: string,
  path: string,
): Promise<{ file: EncryptedFile; bytes: Uint8Array }> {
  const named = parseSecretFile(path.slice(path.lastIndexOf('/') + 1));
  if (!named)
    return throwProblem({
      code: 'notASecretFile',
      what: 'the file name is not that of a secret file',
      where: path,
      fix: 'Name it secrets/<stage>.enc.<yaml|json|env|ini|bin>.',
    });
  await assertNoLink(workspaceRoot, path);
  const bytes = await readWorkspaceFile(workspaceRoot, path);
  try {
    return { file: parse(bytes, named.format), bytes };
  } catch (error) {
    if (isConflicted(bytes)) return throwProblem(conflict(path));
    const placeholder = await placeholderProblem(workspaceRoot, path, bytes);
    return placeholder ? throwProblem(placeholder) : rethrowAt(path, error);
  }
}

/** Writes an encrypted file whole or not at all, in the layout that it has. Only ciphertext passes through here. */
export const writeSecretFile = (workspaceRoot: string, path: string, file: EncryptedFile): Promise<void> =>
  placedAsync(path, async () => {
    await assertNoLink(workspaceRoot, path);
    const before = await readWorkspaceFile(workspaceRoot, path).catch(() => undefined);
    const layout = before === undefined ? {} : layoutOf(before, file.format);
    await writeFileWhole(workspaceRoot, path, serialize(file, layout));
  });

/**
 * Runs a step that reads a secret file, changes it and writes it, while no other such step runs on the same file: two
 * changes at once would lose one.
 */
export async function whileLocked<T>(
  workspaceRoot: string,
  path: string,
  step: () => Promise<T>,
): Promise<T> {
  // The lock is a folder next to the file, wherever links lead.
  await writablePlace(workspaceRoot, path);
  const release = await lock(join(workspaceRoot, path), {
    retries: { retries: 20, factor: 1.2, minTimeout: 50, maxTimeout: 1_000 },
  }).catch((error: unknown) =>
    error instanceof Error && 'code' in error && error.code === 'ELOCKED'
      ? throwProblem({
          code: 'fileLocked',
          what: 'another process is changing this file',
          where: path,
          fix: `Run it again when it is done. If no process is changing the file:\nrm -r ${shellWord(`${path}.lock`)}`,
        })
      : Promise.reject(error instanceof Error ? error : new Error('not locked')),
  );
  try {
    return await step();
  } finally {
    await release();
  }
}

/** Runs `step`; a problem of it says which file it is about. */
export function placed<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    return rethrowAt(path, error);
  }
}

/** `placed` for a step that takes its time. */
export const placedAsync = <T>(path: string, step: () => Promise<T>): Promise<T> =>
  step().catch((error: unknown) => rethrowAt(path, error));

function rethrowAt(path: string, error: unknown): never {
  const problem = toProblem(error);
  const where = problem.where?.includes(path)
    ? problem.where
    : [path, problem.where].filter(Boolean).join(', ');
  return throwProblem({
    ...problem,
    where,
    ...(damage.has(problem.code) && isSecretFile(path) ? { fix: fixOf(problem, path) } : {}),
  });
}

/** A damaged secret file is restored; a `.sops.yaml`, which people write by hand, is corrected. */
const isSecretFile = (path: string): boolean =>
  parseSecretFile(path.slice(path.lastIndexOf('/') + 1)) !== undefined;

/** Codes of errors in the content of a file; a data key that cannot be decrypted is not one. */
const damage: ReadonlySet<Problem['code']> = new Set<SopsErrorCode>([
  'syntax',
  'notEncrypted',
  'empty',
  'badMetadata',
  'badRegex',
  'treeDecryption',
  'macMismatch',
]);

/** A file that is not encrypted may be one that nobody has encrypted yet. */
const fixOf = ({ code }: Problem, path: string): string =>
  code === 'notEncrypted'
    ? `If it is new, encrypt it before committing it:\n${sops(addressOf(path), 'encrypt', '--in-place', path)}\nIf it was encrypted before: ${restore(path).replace(/^R/, 'r')}`
    : restore(path);
