import { EventEmitter } from 'node:events';
import { askHidden, type HiddenAnswer, type Keyboard } from './hidden-prompt';

const begin = '\x1b[200~';
const end = '\x1b[201~';
const pem = `-----BEGIN PRIVATE KEY-----\n${'x'.repeat(64)}\n-----END PRIVATE KEY-----`;

/** A terminal of which everything is kept that is done to it. */
function terminal(isPlain = false) {
  const events = new EventEmitter();
  const done: string[] = [];
  const keyboard: Keyboard = Object.assign(events, {
    setRawMode: (raw: boolean) => done.push(`raw ${raw}`),
    resume: () => done.push('resume'),
    pause: () => done.push('pause'),
  });
  const screen = { isPlain, write: (text: string) => void done.push(text) };
  return {
    keyboard,
    screen,
    done,
    press: (bytes: string | Uint8Array) => events.emit('data', Buffer.from(bytes)),
    hangUp: () => events.emit('end'),
    listeners: () => events.eventNames(),
  };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

type Terminal = ReturnType<typeof terminal>;

async function ask(act: (one: Terminal) => void, one = terminal()) {
  const answer = askHidden('Value', one.keyboard, one.screen);
  act(one);
  await jest.runAllTimersAsync();
  return { answer: await answer, done: one.done, listeners: one.listeners() };
}

const typed =
  (...chunks: readonly (string | Uint8Array)[]) =>
  (one: Terminal) =>
    chunks.forEach((chunk) => one.press(chunk));

test.each<[string, (one: Terminal) => void, HiddenAnswer]>([
  ['a line', typed('abc', '\r'), { kind: 'value', text: 'abc' }],
  ['nothing', typed('\r'), { kind: 'value', text: '' }],
  ['a pasted key', typed(`${begin}${pem}\n${end}`, '\r'), { kind: 'value', text: pem }],
  ['one line break is dropped, no more', typed(`${begin}a\r\r${end}\r`), { kind: 'value', text: 'a\n' }],
  [
    'a character in two pieces',
    typed(Buffer.from([0xc3]), Buffer.from([0xbc]), '\r'),
    { kind: 'value', text: 'ü' },
  ],
  ['lines without marks', typed('a\r', 'b\r'), { kind: 'several-lines' }],
  ['Latin-1', typed(Buffer.from([0x70, 0xe4, 0x73]), '\r'), { kind: 'not-text' }],
  ['half a character', typed(Buffer.from([0xc3]), '\r'), { kind: 'not-text' }],
  ['Ctrl-C', typed('abc', '\x03'), { kind: 'cancelled' }],
  ['the terminal goes away', (one) => one.hangUp(), { kind: 'cancelled' }],
])('%s; the terminal is as it was afterwards', async (_, act, expected) => {
  const before = process.listenerCount('SIGTERM') + process.listenerCount('exit');
  const { answer, done, listeners } = await ask(act);
  expect(answer).toEqual(expected);
  expect(done.slice(0, 2)).toEqual(['raw true', 'Value: \x1b[?2004h']);
  expect(done.slice(-3)).toEqual(['pause', '\x1b[?2004l\n', 'raw false']);
  expect(listeners).toEqual([]);
  expect(process.listenerCount('SIGTERM') + process.listenerCount('exit')).toBe(before);
});

test('how much came is shown, and none of it', async () => {
  const { done } = await ask(typed('secret', '\x15', `${begin}${pem}\n${end}`, '\r'));
  const shown = done.join('');
  expect(shown).toContain('Value: ▪▪▪▪▪▪');
  expect(shown).toContain(`Value: 3 lines, ${pem.length} characters, without the line break at the end`);
  expect(shown).not.toMatch(/secret|BEGIN|xx/);
});

test('… where Enter comes with the paste, too', async () => {
  const { done } = await ask(typed(`${begin}${pem}${end}\r`));
  expect(done.join('')).toContain(`Value: 3 lines, ${pem.length} characters`);
});

test('a terminal without escape codes gets none', async () => {
  const { answer, done } = await ask(typed('abc\r'), terminal(true));
  expect(answer).toEqual({ kind: 'value', text: 'abc' });
  expect(done.join('')).not.toContain('\x1b');
});

test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)(
  '%s: the terminal is as it was before it ends',
  async (signal) => {
    const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
    const { answer, done } = await ask(() => process.emit(signal, signal));
    expect(answer).toEqual({ kind: 'cancelled' });
    expect(done.filter((one) => one === 'raw false' || one === '\x1b[?2004l\n')).toHaveLength(2);
    expect(kill).toHaveBeenCalledWith(process.pid, signal);
    kill.mockRestore();
  },
);

test('… and where the process ends otherwise', async () => {
  const one = terminal();
  const answer = askHidden('Value', one.keyboard, one.screen);
  const [onExit] = process.listeners('exit').slice(-1);
  onExit?.(1);
  expect(one.done.slice(-2)).toEqual(['\x1b[?2004l\n', 'raw false']);
  one.press('\x03');
  await answer;
});
