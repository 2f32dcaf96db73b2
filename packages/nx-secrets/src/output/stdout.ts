/**
 * Writes text to standard output, and waits until whoever reads has taken all of it: into a pipe Node writes in its own
 * time, and Nx ends the process as soon as a generator or executor has ended. A reader that went away is not a failure.
 */
export async function writeOut(text: string): Promise<void> {
  const { stdout } = process;
  stdout.once('error', unlessReaderLeft);
  stdout.write(text);
  await drained();
  if (!stdout.errored) stdout.off('error', unlessReaderLeft);
}

/** Waits until all that was printed is written. Source: Node.js documentation, "A note on process I/O" */
export async function drained(): Promise<void> {
  await Promise.all([process.stdout, process.stderr].map(written));
}

/** Runs a step that prints, and waits until all of it is written, also where the step throws. */
export const printing = <T>(step: () => Promise<T>): Promise<T> => step().finally(drained);

const written = (stream: NodeJS.WriteStream): Promise<void> =>
  stream.writableLength === 0 || stream.destroyed
    ? Promise.resolve()
    : new Promise((resolve) => stream.write('', () => resolve()));

/** @throws any other error, as if nobody listened */
function unlessReaderLeft(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
