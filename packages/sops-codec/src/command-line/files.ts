import { constants, createReadStream } from 'node:fs';
import { access, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { randomUUID } from 'node:crypto';
import { formatOf } from '../formats/formats';
import { SopsError, type SopsErrorCode } from '../model/sops-error';
import type { Format } from '../model/tree';
import { textOf, type Flags } from './recipient-flags';

const formatWords: ReadonlyMap<string, Format> = new Map(
  (['yaml', 'json', 'dotenv', 'ini', 'binary'] as const).map((word) => [word, word]),
);

/** The path by which rules and formats are found: `--filename-override`, else the file. */
export const effectiveName = (file: string | undefined, flags: Flags): string =>
  textOf(flags, 'filename-override') ?? file ?? '';

/** The format of the input: `--input-type`, else by the name. An unknown word falls back to the name, as in sops. */
export const inputFormat = (file: string | undefined, flags: Flags): Format =>
  formatWords.get(textOf(flags, 'input-type') ?? '') ?? formatOf(effectiveName(file, flags));

/** The format of the output: `--output-type`, else by the name. */
export const outputFormat = (file: string | undefined, flags: Flags): Format =>
  formatWords.get(textOf(flags, 'output-type') ?? '') ?? formatOf(effectiveName(file, flags));

/**
 * Reads a file, or standard input where none is named.
 *
 * @param missing the code of a file that is not there; sops has another one for most commands
 * @throws SopsError of that code, or `unreadableInput`
 */
export async function readInput(
  file: string | undefined,
  missing: SopsErrorCode = 'noFile',
): Promise<Buffer> {
  if (file === undefined) return buffer(process.stdin);
  try {
    const stats = await stat(file);
    if (stats.isDirectory())
      throw new SopsError('unreadableInput', {
        what: 'a directory is not a file',
        where: file,
        fix: 'Name a file in it.',
      });
    return stats.isFile() ? await readFile(file) : await buffer(createReadStream(file));
  } catch (error) {
    if (error instanceof SopsError) throw error;
    throw isMissing(error)
      ? new SopsError(missing, { what: 'there is no such file', where: file, fix: 'Check the path.' })
      : new SopsError('unreadableInput', {
          what: 'the file cannot be read',
          where: file,
          fix: 'Check its permissions.',
        });
  }
}

const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Whether a file is there. */
export const exists = (file: string): Promise<boolean> =>
  access(file, constants.F_OK).then(
    () => true,
    () => false,
  );

/** Writes to standard output, and waits until it is out. */
export const writeStdout = (bytes: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) =>
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve())),
  );

/**
 * Writes a file whole or not at all: beside it, flushed, then renamed over it; its mode stays. A link is followed.
 *
 * @throws SopsError `unwritableOutput`
 */
export async function replaceFile(file: string, bytes: Uint8Array): Promise<void> {
  const mode = await stat(file).then(
    (stats) => stats.mode & 0o777,
    () => 0o644,
  );
  const beside = join(dirname(file), `.${basename(file)}.${randomUUID()}`);
  try {
    const handle = await open(beside, 'wx', mode);
    try {
      await handle.writeFile(bytes);
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
  } catch {
    await rm(beside, { force: true });
    throw new SopsError('unwritableOutput', {
      what: 'the file cannot be written',
      where: file,
      fix: 'Check the permissions of it and of its folder, and the room on the disk.',
    });
  }
}

/** Writes a result where the flags say: over the file, to `--output`, else to standard output. */
export async function writeResult(bytes: Uint8Array, file: string | undefined, flags: Flags): Promise<void> {
  const output = textOf(flags, 'output');
  if (flags['inPlace'] === true && output !== undefined)
    throw new SopsError('conflictingParameters', {
      what: 'a result goes to one place: over the file, or to another one',
      where: '--in-place, --output',
      fix: 'Pass one of them.',
    });
  if (flags['inPlace'] === true) {
    if (file === undefined)
      throw new SopsError('conflictingParameters', {
        what: 'standard input cannot be changed in place',
        where: '--in-place',
        fix: 'Name the file.',
      });
    await replaceFile(file, bytes);
  } else if (output !== undefined) {
    await replaceFile(output, bytes);
  } else {
    await writeStdout(bytes);
  }
}
