import { openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { ReadStream } from 'node:tty';

/**
 * Asks a question on the terminal, whatever standard input is, and shows nothing of the answer.
 *
 * @returns `undefined` where there is no terminal, or where the user ends the question
 */
export async function askTerminal(question: string): Promise<string | undefined> {
  const input = terminal();
  if (!input) return undefined;
  process.stderr.write(question);
  const silent = new Writable({ write: (_, __, done) => done() });
  const lines = createInterface({ input, output: silent, terminal: true, historySize: 0 });
  try {
    return await new Promise<string | undefined>((resolve) => {
      lines.once('line', resolve);
      lines.once('close', () => resolve(undefined));
      lines.once('SIGINT', () => resolve(undefined));
    });
  } finally {
    lines.close();
    if (input !== process.stdin) input.destroy();
    process.stderr.write('\n');
  }
}

function terminal(): ReadStream | undefined {
  if (process.platform === 'win32') return process.stdin.isTTY ? process.stdin : undefined;
  try {
    return new ReadStream(openSync('/dev/tty', 'r+'));
  } catch {
    return undefined;
  }
}
