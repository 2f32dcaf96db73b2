import { Readable } from 'node:stream';
import { join } from 'node:path';
import { useDirectory, writeFiles } from '../testing/workspace.test-kit';
import { readValue } from './prompt';

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
