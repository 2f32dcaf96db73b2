import { Readable } from 'node:stream';
import { join } from 'node:path';
import { useDirectory, writeFiles } from '../testing/workspace.test-kit';
import { isInteractive, readValue } from './prompt';

const directory = useDirectory();
const stdin = Object.getOwnPropertyDescriptor(process, 'stdin');
afterEach(() => Object.defineProperty(process, 'stdin', stdin!));

const fromInput = (bytes: Uint8Array) => {
  Object.defineProperty(process, 'stdin', { value: Readable.from([bytes]), configurable: true });
  return readValue('KEY', {}, 'npx nx g secrets:set');
};
const fromFile = async (bytes: Uint8Array) => {
  await writeFiles(directory(), { value: bytes });
  return readValue('KEY', { fromFile: join(directory(), 'value') }, 'npx nx g secrets:set');
};

test.each([
  ['text of any script', 'Größe 東京 🔑'],
  ['a byte order mark', '\ufeffvalue'],
  ['several lines', 'a\r\nb\n\n c'],
])('%s is taken as it is', async (_, value) => {
  expect(await fromInput(Buffer.from(value))).toBe(value);
  expect(await fromFile(Buffer.from(value))).toBe(value);
});

test('the line break of echo is not part of the value; that of a file is', async () => {
  expect(await fromInput(Buffer.from('value\n'))).toBe('value');
  expect(await fromFile(Buffer.from('value\n'))).toBe('value\n');
});

test('bytes that are no text are refused, not changed', async () => {
  const bytes = Buffer.from([0x61, 0xff, 0xfe, 0x62]);
  await expect(fromInput(bytes)).rejects.toThrow('not UTF-8 text');
  await expect(fromFile(bytes)).rejects.toThrow('not UTF-8 text');
});

test('nothing at all is not a value', async () => {
  await expect(fromInput(Buffer.from('\n'))).rejects.toThrow('no value was given for KEY');
  expect(await readValue('KEY', { empty: true }, 'npx nx g secrets:set')).toBe('');
});

describe('whether somebody can be asked', () => {
  const [argv, environment] = [process.argv, process.env];
  const terminals = [process.stdin, process.stdout].map(
    (stream) => [stream, Object.getOwnPropertyDescriptor(stream, 'isTTY')] as const,
  );
  afterEach(() => {
    process.argv = argv;
    process.env = environment;
    for (const [stream, before] of terminals)
      Object.defineProperty(stream, 'isTTY', before ?? { value: undefined, configurable: true });
  });

  test.each<[boolean, string, Partial<{ in: boolean; out: boolean; env: object; option: string }>]>([
    [true, 'at a terminal', {}],
    [false, 'where input is a pipe', { in: false }],
    [false, 'where output is a pipe', { out: false }],
    [false, 'in CI', { env: { CI: 'true' } }],
    [false, 'at a terminal without cursor keys', { env: { TERM: 'dumb' } }],
    [false, 'with --no-interactive', { option: '--no-interactive' }],
    [false, 'with --interactive=false', { option: '--interactive=false' }],
  ])('%s %s', (expected, _, { in: input = true, out = true, env = {}, option = '--all' }) => {
    Object.defineProperty(process.stdin, 'isTTY', { value: input, configurable: true });
    Object.defineProperty(process.stdout, 'isTTY', { value: out, configurable: true });
    process.env = { ...environment, CI: '', TERM: 'xterm', ...env };
    process.argv = [...argv, option];
    expect(isInteractive()).toBe(expected);
  });
});
