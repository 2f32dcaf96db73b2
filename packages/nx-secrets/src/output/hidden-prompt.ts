import { fed, noInput, pasteOff, pasteOn, type HiddenInput, type Refusal } from './hidden-input';

/** The keyboard: standard input, where it is a terminal. */
export interface Keyboard {
  setRawMode(raw: boolean): unknown;
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
  on(event: 'end' | 'error', listener: () => void): unknown;
  off(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
  off(event: 'end' | 'error', listener: () => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** Where the prompt is shown. */
export interface PromptScreen {
  readonly write: (text: string) => void;
  /** A terminal that knows no escape codes gets none. */
  readonly isPlain: boolean;
}

/** What the prompt came to. */
export type HiddenAnswer =
  /** Without the one line break at its end. */
  { readonly kind: 'value'; readonly text: string } | { readonly kind: 'cancelled' | 'not-text' | Refusal };

/**
 * How long nothing may come for the input to be over, in milliseconds: a paste without marks arrives in pieces. What is
 * left of one that is refused is read until then, too: the shell would run it.
 */
const quiet = 150;

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Asks for a text that is not shown. A paste is taken whole where the terminal marks it, and refused where it has several
 * lines and no marks. The terminal is as it was afterwards, however this ends.
 *
 * @param message one line, safe for a terminal
 */
export async function askHidden(
  message: string,
  keyboard: Keyboard,
  screen: PromptScreen,
): Promise<HiddenAnswer> {
  const code = (text: string) => (screen.isPlain ? '' : text);
  let isRaw = true;
  const restore = () => {
    if (!isRaw) return;
    isRaw = false;
    screen.write(`${code(pasteOff)}\n`);
    keyboard.setRawMode(false);
  };
  const abort = new AbortController();
  const onSignal = (signal: NodeJS.Signals) => {
    restore();
    abort.abort();
    // Whoever else listens decides what the signal means.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  process.on('exit', restore);
  for (const signal of signals) process.once(signal, onSignal);
  try {
    keyboard.setRawMode(true);
    screen.write(`${message}: ${code(pasteOn)}`);
    return await readHidden(keyboard, abort.signal, (input) =>
      screen.write(code(`\r\x1b[K${message}: ${shown(input)}`)),
    );
  } finally {
    restore();
    process.off('exit', restore);
    for (const signal of signals) process.off(signal, onSignal);
  }
}

function readHidden(
  keyboard: Keyboard,
  abort: AbortSignal,
  changed: (input: HiddenInput) => void,
): Promise<HiddenAnswer> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return new Promise((resolve) => {
    let input = noInput;
    let isText = true;
    let timer: NodeJS.Timeout | undefined;
    const finish = () => {
      clearTimeout(timer);
      keyboard.off('data', onData);
      keyboard.off('end', onEnd);
      keyboard.off('error', onEnd);
      keyboard.pause();
      resolve(isText ? answerOf(input) : { kind: 'not-text' });
    };
    const onEnd = () => {
      if (input.state === 'open') input = { ...input, state: 'cancelled' };
      finish();
    };
    const onData = (bytes: Uint8Array) => {
      const before = input;
      try {
        if (isText) input = fed(input, decoder.decode(bytes, { stream: true }));
      } catch {
        isText = false;
      }
      if (input.state === 'cancelled') return finish();
      const isTaken = isText && (input.state === 'open' || input.state === 'ended');
      if (isTaken && input.text !== before.text) changed(input);
      if (isTaken && input.state === 'open') return;
      clearTimeout(timer);
      timer = setTimeout(finish, quiet);
    };
    keyboard.on('data', onData);
    keyboard.on('end', onEnd);
    keyboard.on('error', onEnd);
    abort.addEventListener('abort', onEnd);
    keyboard.resume();
  });
}

const answerOf = ({ state, text }: HiddenInput): HiddenAnswer =>
  state === 'ended'
    ? { kind: 'value', text: withoutLastBreak(text) }
    : { kind: state === 'open' ? 'cancelled' : state };

/** As from standard input: whoever copies a line often has its line break, too. */
const withoutLastBreak = (text: string): string => text.replace(/\n$/, '');

/** How much there is, in one short line: whoever pastes wants to see that all of it came. */
function shown({ text }: HiddenInput): string {
  const value = withoutLastBreak(text);
  const characters = [...value].length;
  const lines = value.split('\n').length;
  if (lines === 1) return '▪'.repeat(Math.min(characters, 24));
  const note = value === text ? '' : ', without the line break at the end';
  return `${lines} lines, ${characters} characters${note}`;
}
