import { run } from './run';

/** Whoever read what is printed may go: the server is what this program is for. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

void run(process.argv, {
  out: (text) => {
    process.stdout.write(text);
  },
  fail: (message) => {
    process.stderr.write(`local-aws: ${message}\n`);
    process.exitCode = 1;
  },
  onStop: (stop) => {
    let stopping = false;
    // The listeners stay: without one, a signal would end the process before everything is saved.
    const once = (): void => {
      if (stopping) return;
      stopping = true;
      stop();
    };
    process.on('SIGINT', once).on('SIGTERM', once);
  },
});
