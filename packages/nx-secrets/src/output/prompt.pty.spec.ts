import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useDirectory } from '../testing/workspace.test-kit';
import { canPlayTerminal, playTerminal, type Play } from './pty.test-kit';

const directory = useDirectory();
const readValue = join(__dirname, '../../dist/output/prompt.js');
/** The generator's reader as it is published; what it takes goes to a file. */
const program = `
const { readValue } = require(process.argv[1]);
readValue('KEY', {}, 'npx nx g secrets:set').then(
  (value) => require('node:fs').writeFileSync(process.argv[2], value),
  ({ message }) => { console.error(message); process.exitCode = 1; },
);
`;

function play(more: Partial<Play>) {
  const file = join(directory(), 'value');
  const played = playTerminal({
    argv: [process.execPath, '-e', program, readValue, file],
    prompt: 'Enter ends it',
    keys: '',
    marks: true,
    then: '\r',
    ...more,
    env: { CI: '', NX_TUI: '', ...more.env },
  });
  return { ...played, value: existsSync(file) ? readFileSync(file, 'utf8') : undefined };
}

const pem = [
  '-----BEGIN KEY-----',
  ...Array.from({ length: 30 }, (_, i) => `${i}`.repeat(32)),
  '-----END KEY-----',
];
const asSent = pem.join('\r');

/** Where the program switched the marks on (h) and off (l). */
const marksOf = ({ shown }: { readonly shown: string }) =>
  shown
    .split('\x1b[?2004')
    .slice(1)
    .map((behind) => behind[0]);

(canPlayTerminal ? describe : describe.skip)('in a real terminal', () => {
  test.each<[string, Partial<Play>, string]>([
    ['a line', { keys: 'abc' }, 'abc'],
    ['a key of many lines', { keys: `${asSent}\r` }, pem.join('\n')],
    ['Windows line ends', { keys: 'a\r\nb' }, 'a\nb'],
    ['60,000 characters in one line', { keys: 'x'.repeat(60_000) }, 'x'.repeat(60_000)],
    ['… in many lines', { keys: 'x\r'.repeat(30_000) }, 'x\n'.repeat(30_000).slice(0, -1)],
    ['60,000 characters without marks', { keys: 'x'.repeat(60_000), marks: false }, 'x'.repeat(60_000)],
    ['a line where output goes to a pipe', { keys: 'abc', output: 'pipe' }, 'abc'],
    ['a terminal without escape codes', { keys: 'abc', env: { TERM: 'dumb' } }, 'abc'],
  ])('%s is taken whole', (_, more, value) => {
    const played = play(more);
    expect(played).toMatchObject({ value, exitCode: 0, restored: true, waiting: 0 });
    expect(played.shown).not.toMatch(/abc|BEGIN|xxx/);
    expect(marksOf(played)).toEqual(more.env === undefined ? ['h', 'l'] : []);
  });

  test.each<[string, Partial<Play>, RegExp]>([
    [
      'lines without marks',
      { keys: asSent, marks: false },
      /several lines arrived at once[^]*--from-file=<path>/,
    ],
    ['… and many of them', { keys: 'rm x\r'.repeat(700), marks: false }, /several lines arrived at once/],
    ['bytes that are no text', { keys: Uint8Array.of(0x70, 0xe4, 0x73) }, /not UTF-8 text/],
    ['Ctrl-C', { keys: 'abc', then: '\x03' }, /no value was given/],
    ['Ctrl-D', { then: '\x04', marks: false }, /no value was given/],
    ['nothing', { marks: false }, /no value was given/],
  ])('%s: refused, and nothing is left for the shell', (_, more, message) => {
    const played = play(more);
    expect(played).toMatchObject({ value: undefined, exitCode: 1, restored: true, waiting: 0 });
    expect(played.shown).toMatch(message);
    expect(played.shown).not.toMatch(/abc|BEGIN|rm x/);
    expect(marksOf(played)).toEqual(['h', 'l']);
  });

  test('in CI nobody is asked', () => {
    const { exitCode, shown } = play({ env: { CI: 'true' }, prompt: 'never' });
    expect(exitCode).toBe(1);
    expect(shown).toContain('no value was given');
  });
});
