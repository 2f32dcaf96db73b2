import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bin = join(__dirname, '../../bin/sops-codec.js');
const age = 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p';
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sops-codec-'));
  const values = Array.from({ length: 8_000 }, (_, index) => `key_${index}: ${'v'.repeat(120)}\n`);
  await writeFile(join(folder, 'big.yaml'), values.join(''));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs the program; gives what somebody who reads piece by piece gets of it, and how it ended. */
async function run(args: readonly string[], readers: 'reads all' | 'reads a little') {
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder });
  let [read, said] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  for await (const chunk of child.stdout) {
    read += String(chunk);
    if (readers === 'reads a little') break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { read, said, exitCode: await ended };
}

test('a large result is whole at the end of a pipe', async () => {
  const { read, said, exitCode } = await run(['encrypt', '--age', age, 'big.yaml'], 'reads all');
  expect({ said, exitCode }).toEqual({ said: '', exitCode: 0 });
  expect(read.length).toBeGreaterThan(1_000_000);
  expect(read).toMatch(/\n {4}version: \S+\n$/);
});

test('a reader who has seen enough ends it quietly, as SIGPIPE ends sops', async () => {
  const { said, exitCode } = await run(['encrypt', '--age', age, 'big.yaml'], 'reads a little');
  expect({ said, exitCode }).toEqual({ said: '', exitCode: 141 });
});
