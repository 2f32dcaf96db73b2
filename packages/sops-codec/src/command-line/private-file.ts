import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Runs a step with a directory that only this user can enter, and always removes it: after success, an error, a signal,
 * and at the end of the process.
 */
export async function withPrivateDirectory<T>(step: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'sops-'));
  const remove = () => rmSync(directory, { recursive: true, force: true });
  const onSignal = (signal: NodeJS.Signals) => {
    remove();
    stop();
    process.kill(process.pid, signal);
  };
  const stop = () => {
    process.off('exit', remove);
    for (const signal of signals) process.off(signal, onSignal);
  };
  process.on('exit', remove);
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await step(directory);
  } finally {
    remove();
    stop();
  }
}
