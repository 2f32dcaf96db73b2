/**
 * What was typed and pasted so far at a hidden prompt: the bytes of a terminal in raw mode, read without any I/O. A terminal
 * that was asked to (`pasteOn`) puts marks around what is pasted, so that a line break in it is not the Enter key. Source:
 * xterm, "Control sequences", Bracketed paste mode.
 */
export interface HiddenInput {
  readonly text: string;
  /** The beginning of an escape sequence whose end has not come. */
  readonly rest: string;
  /** What is being pasted, up to now; undefined between pastes. */
  readonly paste: string | undefined;
  readonly state: 'open' | 'ended' | 'cancelled' | Refusal;
}

/** Why an input is not taken: part of it would be lost. */
export type Refusal = 'several-lines' | 'key-codes' | 'too-long';

export const pasteOn = '\x1b[?2004h';
export const pasteOff = '\x1b[?2004l';

export const noInput: HiddenInput = { text: '', rest: '', paste: undefined, state: 'open' };

const pasteBegin = '\x1b[200~';
const pasteEnd = '\x1b[201~';
const interrupt = '\x03';
/** Characters; no secret has more. */
const longest = 1024 * 1024;

const escape = '\x1b';
/** Behind an escape: control sequences (arrows, function keys, reports), keys in application mode, and keys with Alt. */
const wholeSequence = /^(?:\[[0-?]*[ -/]*[@-~]|O[ -~]|[^[O])/u;
const partOfSequence = /^(?:\[[0-?]*[ -/]*|O)?$/;

/**
 * The input after what came in at once: a key, or a paste, or a part of one.
 *
 * Line breaks in a paste become `\n`: terminals send CR for each, whatever the text had.
 */
export function fed(input: HiddenInput, chunk: string): HiddenInput {
  if (input.state === 'ended') return afterEnd(input, chunk);
  if (input.state !== 'open') return input;
  // Ctrl-C alone is the key also where a paste has no end.
  if (chunk === interrupt) return { ...input, state: 'cancelled' };
  const next = input.paste === undefined ? typed(input, chunk) : pasted(input, input.paste + chunk);
  return next.text.length + (next.paste?.length ?? 0) > longest ? { ...next, state: 'too-long' } : next;
}

/** Nothing but line breaks may come behind the Enter key: the rest of a paste would be lost. */
const afterEnd = (input: HiddenInput, chunk: string): HiddenInput =>
  /[^\r\n]/.test(chunk) ? { ...input, state: 'several-lines' } : input;

function pasted(input: HiddenInput, paste: string): HiddenInput {
  const end = paste.indexOf(pasteEnd);
  if (end < 0) return { ...input, paste };
  const text = input.text + paste.slice(0, end).replaceAll(/\r\n?/g, '\n');
  return fed({ ...input, text, paste: undefined }, paste.slice(end + pasteEnd.length));
}

function typed(input: HiddenInput, chunk: string): HiddenInput {
  let { text } = input;
  let left = joined(input.rest, chunk);
  // What is not text (an arrow, Ctrl-A) does nothing; amid text that came in at once it may as well be part of a paste.
  let hasText = false;
  let hasKeys = false;
  while (left !== '') {
    if (left.startsWith(pasteBegin)) {
      if (hasText && hasKeys) break;
      return pasted({ ...input, text, rest: '' }, left.slice(pasteBegin.length));
    }
    if (left.startsWith(escape) && partOfSequence.test(left.slice(1))) break;
    const token = tokenOf(left);
    left = left.slice(token.length);
    if (token === interrupt || (token === '\x04' && text === '')) return { ...input, state: 'cancelled' };
    if (token === '\r' || token === '\n') {
      if (hasText && hasKeys) break;
      return afterEnd({ ...input, text, rest: '', state: 'ended' }, left);
    }
    if (token === '\x7f' || token === '\b') text = text.replace(/.$/su, '');
    else if (token === '\x15') text = '';
    else if (token === '\t' || !/^\p{Cc}/u.test(token)) {
      text += token;
      hasText = true;
    } else hasKeys = true;
  }
  if (hasText && hasKeys) return { ...input, text, rest: '', state: 'key-codes' };
  return { ...input, text, rest: left };
}

function tokenOf(text: string): string {
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0);
  if (first !== escape || text.startsWith(escape + escape)) return first;
  return escape + (wholeSequence.exec(text.slice(1))?.[0] ?? '');
}

/** Escape, then a key of its own, is not a sequence. */
const joined = (rest: string, chunk: string): string =>
  rest === escape && !/^[[O]/.test(chunk) ? chunk : rest + chunk;
