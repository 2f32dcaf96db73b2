import { constants, createReadStream, readFileSync, statSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatOf } from '../formats/formats';
import { SopsError, type SopsErrorDetails } from '../model/sops-error';
import type { Format } from '../model/tree';
import { textOf, type Flags } from './arguments/flag';
import { hasCode, systemReason } from './system-error';

const formatWords: ReadonlyMap<string, Format> = new Map(
  (['yaml', 'json', 'dotenv', 'ini', 'binary'] as const).map((word) => [word, word]),
);

/** The path that selects the creation rule and the format: `--filename-override`, else the file. */
export const effectiveName = (file: string | undefined, flags: Flags): string =>
  textOf(flags, 'filename-override') ?? file ?? '';

/** The format of the input: `--input-type`, else by the name. An unknown format falls back to the name, as in sops. */
export const inputFormat = (file: string | undefined, flags: Flags): Format =>
  formatWords.get(textOf(flags, 'input-type') ?? '') ?? formatOf(effectiveName(file, flags));

/** The format of the output: `--output-type`, else by the name. */
export const outputFormat = (file: string | undefined, flags: Flags): Format =>
  formatWords.get(textOf(flags, 'output-type') ?? '') ?? formatOf(effectiveName(file, flags));

/**
 * Reads a file, or standard input where none is named.
 *
 * @param missing the exit code for a missing file, which is not the same for all commands of sops
 * @throws SopsError `noFile` or `unreadableInput`
 */
export async function readInput(file: string | undefined, missing?: number): Promise<Buffer> {
  if (file === undefined) return bufferOf(process.stdin);
  try {
    // As in sops, the absolute path counts: a folder above that cannot be entered is an error.
    const path = resolve(file);
    const stats = statSync(path);
    if (stats.isDirectory())
      throw unreadable('a directory cannot be read as a file', file, 'Name a file in it.');
    return stats.isFile() ? readFileSync(path) : await bufferOf(createReadStream(path));
  } catch (error) {
    if (error instanceof SopsError) throw error;
    if (hasCode(error, 'ENOENT'))
      throw new SopsError('noFile', {
        what: 'the file does not exist',
        where: file,
        fix: 'Check the path.',
        exitCode: missing,
        cause: error,
      });
    throw unreadable(`cannot read the file: ${systemReason(error)}`, file, fixOf(error), {
      cause: error,
    });
  }
}

/** All that a stream gives. What reads it is loaded only for one: a file is read at once. */
async function bufferOf(stream: NodeJS.ReadableStream): Promise<Buffer> {
  const { buffer } = await import('node:stream/consumers');
  return buffer(stream);
}

const fixOf = (error: unknown) =>
  hasCode(error, 'EACCES', 'EPERM') ? 'Check its permissions.' : 'Check the path.';

const unreadable = (what: string, where: string, fix: string, more: Partial<SopsErrorDetails> = {}) =>
  new SopsError('unreadableInput', { what, where, fix, ...more });

/** Whether a file exists. */
export const exists = (file: string): Promise<boolean> =>
  access(file, constants.F_OK).then(
    () => true,
    () => false,
  );
