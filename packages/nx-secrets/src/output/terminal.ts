import { closeSync, openSync, writeSync } from 'node:fs';

/** A terminal that can be drawn on. */
export interface Screen {
  readonly write: (text: string) => void;
  readonly close: () => void;
}

/**
 * The terminal that the user looks at, or undefined where there is none, in CI, and in Nx's own terminal UI. Nx pipes what
 * its workers print, and on Ctrl-C shows none of it any more: the terminal itself is still there behind standard input.
 */
export function openScreen(): Screen | undefined {
  if (process.env['NX_TUI'] === 'true' || process.env['CI']) return undefined;
  if (process.stderr.isTTY) {
    return { write: (text) => void process.stderr.write(text), close: () => undefined };
  }
  if (!process.stdin.isTTY) return undefined;
  try {
    const terminal = openSync(process.platform === 'win32' ? 'CONOUT$' : '/dev/tty', 'w');
    return { write: (text) => void writeSync(terminal, text), close: () => closeSync(terminal) };
  } catch {
    return undefined; // No controlling terminal: nobody looks.
  }
}
