import { SopsError } from '../model/sops-error';
import { escapeControlCharacters } from './escape-control-characters';
import { drained, isReaderGone } from './output';
import { run } from './program';

function report(error: unknown): number {
  if (error instanceof SopsError) {
    const lines = [
      error.what,
      error.where && `  where: ${error.where}`,
      error.fix && `  fix:   ${error.fix}`,
    ];
    process.stderr.write(`${escapeControlCharacters(lines.filter(Boolean).join('\n'))}\n`);
    return error.exitCode;
  }
  // The message of an unexpected error may quote a value: only its name is shown.
  process.stderr.write(
    `unexpected error (${error instanceof Error ? error.name : typeof error}); please report it\n`,
  );
  return 1;
}

/** Exit code where nobody reads the output any more: sops ends by SIGPIPE then. */
const readerGone = 141;
const gone = new Promise<void>((resolve) => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: Error) => {
      if (!isReaderGone(error)) throw error;
      resolve();
    });
  }
});

/** SDKs of clouds work on in the background, and lose promises there: neither is a result of a command. */
process.on('unhandledRejection', () => undefined);

/** Beyond a limit of the size of files (`ulimit -f`) a write fails, and the old content is put back: no signal ends that. */
process.on('SIGXFSZ', () => undefined);

const leaveSoon = () => void setTimeout(() => process.exit(), 500).unref();

void run(process.argv.slice(2))
  .catch(report)
  .then((exitCode) => {
    process.exitCode = exitCode;
    void gone.then(() => (process.exitCode ||= readerGone));
    return drained();
  })
  .finally(leaveSoon);
