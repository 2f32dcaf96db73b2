import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { execa } from 'execa';
import { createKeyring, encrypt, readPlain, serialize } from '../src';

const program = join(__dirname, '../bin/sops-codec.js');
const packages = resolve(__dirname, '../..');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sops-codec-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Ends the program while it has the plaintext: a command that it waits for does that. */
test.each(['SIGABRT', 'SIGSEGV', 'SIGKILL', 'SIGTERM', 'SIGUSR2'])(
  'a program that ends by %s writes nothing',
  async (signal) => {
    const identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    const groups = [[{ kind: 'age' as const, recipient }]];
    const file = await encrypt(readPlain('A: canary\n', 'yaml'), { format: 'yaml', groups }, createKeyring());
    writeFileSync(join(folder, 'a.yaml'), serialize(file));
    const args = [program, 'exec-env', 'a.yaml', `kill -${signal.slice(3)} $PPID`];
    const ended = await execa('sh', ['-c', 'ulimit -c 0; exec "$@"', 'sh', process.execPath, ...args], {
      cwd: folder,
      env: { SOPS_AGE_KEY: identity, HOME: folder, TMPDIR: folder, PATH: process.env['PATH'] },
      extendEnv: false,
      reject: false,
    });
    expect(ended.failed).toBe(true);
    expect(`${ended.stdout}${ended.stderr}`).not.toContain('canary');
    expect(readdirSync(folder)).toEqual(['a.yaml']);
  },
);

test('no program of ours asks Node for reports, snapshots or a debugger', () => {
  const flags =
    /--(?:report-|heapsnapshot|heap-prof|abort-on-uncaught|inspect)|process\.report|writeHeapSnapshot|setFlagsFromString/;
  const files = [
    'sops-codec/src',
    'sops-codec/bin',
    'nx-secrets/src',
    'local-aws/src',
    'local-aws/bin',
  ].flatMap((part) => sources(join(packages, part)));
  expect(files.length).toBeGreaterThan(300);
  expect(files.filter((path) => flags.test(readFileSync(path, 'utf8')))).toEqual([]);
});

function sources(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && /\.[jt]s$/.test(entry.name) && !/\.(?:spec|test-kit)\.ts$/.test(entry.name),
    )
    .map((entry) => join(entry.parentPath, entry.name));
}
