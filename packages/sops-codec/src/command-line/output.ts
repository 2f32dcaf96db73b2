import { stat } from 'node:fs/promises';
import { SopsError } from '../model/sops-error';
import { textOf, type Flags } from './arguments/flag';

/** Writes to standard output, and waits until everything is written, or nobody reads any more. */
export const writeStdout = (output: Uint8Array | string): Promise<void> =>
  new Promise((resolve, reject) =>
    process.stdout.write(output, (error) => (error && !isReaderGone(error) ? reject(error) : resolve())),
  );

/** The program that was to read the output has ended. */
export const isReaderGone = (error: Error): boolean => 'code' in error && error.code === 'EPIPE';

/** Waits until standard output and standard error are written. Into a pipe Node writes in its own time. */
export async function drained(): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map(written));
}

const written = (stream: NodeJS.WriteStream): Promise<void> =>
  stream.writableLength === 0 || stream.destroyed
    ? Promise.resolve()
    : new Promise((resolve) => stream.write('', () => resolve()));

/** What is written. */
export interface Result {
  readonly bytes: Uint8Array;
  /** Whether it is plaintext: a new file then has no more permissions than the input. */
  readonly isPlaintext: boolean;
}

/** Writes a result where the flags say: over the file, to `--output`, else to standard output. */
export async function writeResult(
  { bytes, isPlaintext }: Result,
  file: string | undefined,
  flags: Flags,
): Promise<void> {
  const path = outputPath(file, flags);
  if (path === undefined) return writeStdout(bytes);
  const newFileMode = isPlaintext && file !== undefined ? (await stat(file)).mode : undefined;
  const { replaceFile } = await import('./replace-file.js');
  await replaceFile(path, bytes, { newFileMode });
}

/** Refuses --in-place with --output, or without a file, before anything is read. @throws SopsError `conflictingParameters` */
export const assertOnePlace = (file: string | undefined, flags: Flags): void => void outputPath(file, flags);

/** The file that is written; undefined for standard output. @throws SopsError `conflictingParameters` */
function outputPath(file: string | undefined, flags: Flags): string | undefined {
  const output = textOf(flags, 'output');
  if (flags['inPlace'] !== true) return output;
  if (output !== undefined)
    throw new SopsError('conflictingParameters', {
      what: '--in-place and --output cannot be combined',
      fix: 'Pass one of them.',
    });
  if (file === undefined)
    throw new SopsError('conflictingParameters', {
      what: 'standard input cannot be changed in place',
      where: '--in-place',
      fix: 'Name a file.',
    });
  return file;
}
