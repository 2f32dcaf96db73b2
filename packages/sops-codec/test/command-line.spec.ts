import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { execa } from 'execa';
import { sshKeyPair } from '../src/recipients/ssh-keys.test-kit';

const bin = join(__dirname, '../bin/sops-codec.js');
let directory: string;
let identity: string;
let recipient: string;
let temporary: string;

beforeAll(async () => {
  identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sops-codec-test-'));
  temporary = join(directory, 'tmp');
  mkdirSync(temporary);
  write('.sops.yaml', `creation_rules:\n  - age: ${recipient}\n`);
});
afterEach(() => {
  // Whatever a command does, it leaves no plain text behind.
  expect(readdirSync(temporary)).toEqual([]);
  rmSync(directory, { recursive: true });
});

const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
const read = (name: string) => readFileSync(join(directory, name), 'utf8');
const run = (
  args: readonly string[],
  { input, env }: { input?: string; env?: Record<string, string> } = {},
) =>
  execa(process.execPath, [bin, ...args], {
    cwd: directory,
    env: { PATH: process.env['PATH'], HOME: directory, TMPDIR: temporary, SOPS_AGE_KEY: identity, ...env },
    extendEnv: false,
    reject: false,
    input: input ?? '',
    stripFinalNewline: false,
  });

const encrypted = async (name: string, text: string) => {
  write(name, text);
  expect((await run(['encrypt', '-i', name])).exitCode).toBe(0);
};

test('encrypt and decrypt, by command and by flag, file and standard input', async () => {
  write('a.yaml', 'a: canary\n');
  const { stdout } = await run(['encrypt', 'a.yaml']);
  expect(stdout).toMatch(/^a: ENC\[/);
  expect(
    (await run(['decrypt', '--input-type', 'yaml', '--output-type', 'json'], { input: stdout })).stdout,
  ).toBe('{\n\t"a": "canary"\n}\n');
  expect((await run(['-e', '-i', 'a.yaml'])).exitCode).toBe(0);
  expect((await run(['-d', 'a.yaml'])).stdout).toBe('a: canary\n');
  expect((await run(['encrypt', '--filename-override', 'b.env'], { input: 'K=v\n' })).stdout).toMatch(
    /^K=ENC\[/,
  );
});

test('writing in place keeps the mode, and leaves nothing next to the file', async () => {
  write('a.yaml', 'a: b\n');
  chmodSync(join(directory, 'a.yaml'), 0o600);
  await run(['encrypt', '-i', 'a.yaml']);
  expect(statSync(join(directory, 'a.yaml')).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory).sort()).toEqual(['.sops.yaml', 'a.yaml', 'tmp']);
});

test('a command follows links, and keeps plaintext as private as its file', async () => {
  await encrypted('a.yaml', 'a: b\n');
  chmodSync(join(directory, 'a.yaml'), 0o600);
  symlinkSync('a.yaml', join(directory, 'link.yaml'));
  expect((await run(['set', 'link.yaml', '["a"]', '"c"'])).exitCode).toBe(0);
  expect(lstatSync(join(directory, 'link.yaml')).isSymbolicLink()).toBe(true);
  expect((await run(['decrypt', 'a.yaml'])).stdout).toBe('a: c\n');
  expect((await run(['decrypt', '--output', 'plain.yaml', 'a.yaml'])).exitCode).toBe(0);
  expect(statSync(join(directory, 'plain.yaml')).mode & 0o777).toBe(0o600);
});

test('stores in .sops.yaml set the indentation, in any encoding that go-yaml reads', async () => {
  const config = `x: &k {age: ${recipient}}\nstores: {yaml: {indent: 2}}\ncreation_rules: [{<<: *k}]\n`;
  for (const text of [config, `\ufeff${config}`, Buffer.from(`\ufeff${config}`, 'utf16le')]) {
    writeFileSync(join(directory, '.sops.yaml'), text);
    await encrypted('a.yaml', 'a: {b: 1}\n');
    expect(read('a.yaml')).toMatch(/^a:\n {2}b: ENC/);
    expect((await run(['decrypt', 'a.yaml'])).stdout).toBe('a:\n  b: 1\n');
    expect((await run(['--indent', '5', 'decrypt', 'a.yaml'])).stdout).toBe('a:\n     b: 1\n');
  }
});

test('a .sops.yml is named in a hint, and a rule without recipients has its place', async () => {
  rmSync(join(directory, '.sops.yaml'));
  write('.sops.yml', `creation_rules:\n  - age: ${recipient}\n`);
  write('a.yaml', 'a: b\n');
  const { stderr, exitCode } = await run(['encrypt', 'a.yaml']);
  expect([exitCode, stderr]).toEqual([
    1,
    expect.stringMatching(/ignoring .*\.sops\.yml: .*\n[^]*empty key group[^]*fix: /),
  ]);
  write('.sops.yaml', 'creation_rules:\n  - path_regex: a\n');
  expect((await run(['encrypt', 'a.yaml'])).stderr).toContain('.sops.yaml, line 2');
});

test('--version tells the version of the package and the release of sops', async () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as {
    version: string;
  };
  expect((await run(['--version'])).stdout).toBe(`sops-codec ${version} (follows sops 3.13.3)\n`);
});

test('set, unset and extract', async () => {
  await encrypted('a.yaml', 'a: 1\nl:\n    - x\n    - y\n');
  const line = (name: string) =>
    read('a.yaml')
      .split('\n')
      .find((text) => text.startsWith(`${name}:`));
  const before = line('a');
  expect((await run(['set', 'a.yaml', '["m"]["k"]', '"v"'])).exitCode).toBe(0);
  expect(line('a')).toBe(before);
  expect(
    (await run(['set', '--value-stdin', 'a.yaml', '["num"]'], { input: '{"big": 9223372036854775807}' }))
      .exitCode,
  ).toBe(0);
  expect((await run(['unset', 'a.yaml', '["l"][0]'])).exitCode).toBe(0);
  expect((await run(['decrypt', 'a.yaml'])).stdout).toBe(
    'a: 1\nl:\n    - "y"\nm:\n    k: v\nnum:\n    big: 9223372036854775807\n',
  );
  expect((await run(['decrypt', '--extract', '["m"]["k"]', 'a.yaml'])).stdout).toBe('v');
  expect((await run(['decrypt', '--extract', '["m"]', 'a.yaml'])).stdout).toBe('k: v\n');
  expect((await run(['decrypt', '--extract', '["a"]', 'a.yaml'])).stdout).toBe('1\n');
  const text = read('a.yaml');
  expect((await run(['unset', '--idempotent', 'a.yaml', '["nope"]'])).exitCode).toBe(0);
  expect((await run(['set', '--idempotent', 'a.yaml', '["m"]["k"]', '"v"'])).exitCode).toBe(0);
  expect(read('a.yaml')).toBe(text);
});

test('rotate changes the data key and the recipients', async () => {
  const other = await generateX25519Identity();
  await encrypted('a.json', '{"a": "b"}');
  const before = read('a.json');
  expect(
    (await run(['rotate', '-i', '--add-age', await identityToRecipient(other), 'a.json'])).exitCode,
  ).toBe(0);
  expect(read('a.json')).not.toBe(before);
  expect((await run(['rotate', '-i', '--rm-age', recipient, 'a.json'])).exitCode).toBe(0);
  expect((await run(['decrypt', 'a.json'])).exitCode).toBe(128);
  expect((await run(['decrypt', 'a.json'], { env: { SOPS_AGE_KEY: other } })).exitCode).toBe(0);
});

test('updatekeys touches neither values nor MAC', async () => {
  await encrypted('a.yaml', 'a: b\n');
  const other = await identityToRecipient(await generateX25519Identity());
  const values = () =>
    read('a.yaml')
      .split('\n')
      .filter((line) => /^(a| {4}mac| {4}lastmodified):/.test(line));
  const before = values();
  expect((await run(['updatekeys', '-y', 'a.yaml'])).stderr).toContain('already up to date');
  write('.sops.yaml', `creation_rules:\n  - age: [${recipient}, ${other}]\n`);
  expect((await run(['updatekeys', 'a.yaml'], { input: 'n\n' })).exitCode).toBe(0);
  expect(read('a.yaml')).not.toContain(other);
  expect((await run(['updatekeys', '-y', 'a.yaml'])).exitCode).toBe(0);
  expect(read('a.yaml')).toContain(other);
  expect(values()).toEqual(before);
});

test('groups split the key', async () => {
  const other = await generateX25519Identity();
  await encrypted('a.yaml', 'a: b\n');
  expect(
    (await run(['groups', 'add', '-f', 'a.yaml', '-i', '--age', await identityToRecipient(other)])).exitCode,
  ).toBe(0);
  expect((await run(['decrypt', 'a.yaml'])).exitCode).toBe(128);
  const both = { SOPS_AGE_KEY: `${identity}\n${other}` };
  expect((await run(['decrypt', 'a.yaml'], { env: both })).stdout).toBe('a: b\n');
  // One group is not enough for a threshold of two.
  expect((await run(['groups', 'delete', '-f', 'a.yaml', '-i', '1'], { env: both })).exitCode).toBe(1);
  expect(
    (
      await run(['groups', 'delete', '--shamir-secret-sharing-threshold', '1', '-f', 'a.yaml', '-i', '1'], {
        env: both,
      })
    ).exitCode,
  ).toBe(0);
  expect((await run(['decrypt', 'a.yaml'])).stdout).toBe('a: b\n');
});

describe('edit', () => {
  const editor = (script: string) => {
    write('editor.js', `const fs = require('fs'); const path = process.argv[2]; ${script}`);
    return { EDITOR: `${process.execPath} ${join(directory, 'editor.js')}` };
  };

  test('changes a file; the text is private while it is edited', async () => {
    await encrypted('a.yaml', 'a: b\nc: d\n');
    const before = read('a.yaml').split('\n')[1];
    const env =
      editor(`fs.writeFileSync(${JSON.stringify(join(directory, 'mode'))}, [path, fs.statSync(path), fs.statSync(require('path').dirname(path))].map((one) => one.mode ? (one.mode & 0o777).toString(8) : one.split('/').pop()).join(' '));
      fs.writeFileSync(path, fs.readFileSync(path, 'utf8').replace('a: b', 'a: changed'));`);
    expect((await run(['edit', 'a.yaml'], { env })).exitCode).toBe(0);
    expect(read('mode')).toBe('a.yaml 600 700');
    expect((await run(['decrypt', 'a.yaml'])).stdout).toBe('a: changed\nc: d\n');
    expect(read('a.yaml').split('\n')[1]).toBe(before);
  });

  test('without a change nothing is written', async () => {
    await encrypted('a.yaml', 'a: b\n');
    const before = read('a.yaml');
    expect((await run(['a.yaml'], { env: editor('') })).exitCode).toBe(200);
    expect(read('a.yaml')).toBe(before);
  });

  test('makes a file that is not there', async () => {
    expect(
      (await run(['edit', 'new.yaml'], { env: editor("fs.writeFileSync(path, 'k: v\\n');") })).exitCode,
    ).toBe(0);
    expect((await run(['decrypt', 'new.yaml'])).stdout).toBe('k: v\n');
  });

  test('an editor that fails leaves the file and no plain text', async () => {
    await encrypted('a.yaml', 'a: b\n');
    const before = read('a.yaml');
    expect((await run(['edit', 'a.yaml'], { env: editor('process.exit(3);') })).exitCode).toBe(201);
    expect(read('a.yaml')).toBe(before);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'])(
    '%s leaves the file and no plain text',
    async (signal) => {
      await encrypted('a.yaml', 'a: b\n');
      const before = read('a.yaml');
      const env = editor(`fs.statSync(path); process.kill(process.ppid, '${signal}');`);
      expect((await run(['edit', 'a.yaml'], { env })).signal).toBe(signal);
      expect(read('a.yaml')).toBe(before);
    },
  );
});

test('exec-env and exec-file give the values to a command, and its exit code back', async () => {
  await encrypted('a.yaml', 'KEY: value\nnum: 5\n');
  const env = await run(['exec-env', 'a.yaml', 'echo "$KEY $num"; exit 7']);
  expect([env.stdout, env.exitCode]).toEqual(['value 5\n', 7]);
  expect((await run(['exec-file', 'a.yaml', 'cat {}'])).stdout).toBe('KEY: value\nnum: 5\n');
  const file = await run([
    'exec-file',
    '--no-fifo',
    '--filename',
    'x.yaml',
    'a.yaml',
    'basename {}; stat -c %a {}; cat {}',
  ]);
  expect(file.stdout).toBe('x.yaml\n600\nKEY: value\nnum: 5\n');
  expect((await run(['exec-file', 'a.yaml', 'true # never opens it'])).exitCode).toBe(0);
});

// What is left of the plain text is looked for after each test.
test.each(['TERM', 'INT', 'HUP'])('exec-file that SIG%s ends leaves no plain text', async (signal) => {
  await encrypted('a.yaml', 'KEY: value\n');
  // The command goes on for a while: its own end must not be noticed before the signal.
  const command = `test -f {} && kill -${signal} $PPID && sleep 1`;
  const ended = await run(['exec-file', '--no-fifo', 'a.yaml', command]);
  expect(ended.signal).toBe(`SIG${signal}`);
});

test('filestatus', async () => {
  await encrypted('a.yaml', 'a: b\n');
  write('plain.yaml', 'a: b\n');
  expect((await run(['filestatus', 'a.yaml'])).stdout).toBe('{"encrypted":true}\n');
  expect((await run(['filestatus', 'plain.yaml'])).stdout).toBe('{"encrypted":false}\n');
});

test.each([
  ['a file that is not there', ['decrypt', 'nope.yaml'], 100],
  ['a plain file', ['decrypt', 'plain.yaml'], 1],
  ['an encrypted file again', ['encrypt', 'enc.yaml'], 203],
  ['no document', ['encrypt', 'empty.yaml'], 92],
  ['text that is not YAML', ['encrypt', 'broken.yaml'], 2],
  ['standard input without a name', ['encrypt'], 8],
  ['a bad path', ['decrypt', '--extract', 'x', 'enc.yaml'], 91],
  ['a bad path of a value to set', ['set', 'enc.yaml', 'x', '1'], 7],
  ['no value to set', ['set', 'enc.yaml', '["a"]'], 100],
  ['a value from two places', ['set', '--value-stdin', '--value-file', 'enc.yaml', '["a"]', 'x'], 1],
  ['a file to change that is not there', ['set', 'nope.yaml', '["a"]', '1'], 2],
  ['the status of a file that is not there', ['filestatus', 'nope.yaml'], 1],
  ['a missing argument', ['filestatus'], 100],
  ['a result for two places', ['decrypt', '-i', '--output', 'o', 'enc.yaml'], 8],
  ['a number as dotenv', ['decrypt', '--extract', '["n"]', '--output-type', 'dotenv', 'enc.yaml'], 4],
  [
    'a threshold that is not a number',
    ['encrypt', '--shamir-secret-sharing-threshold', 'x', 'plain.yaml'],
    1,
  ],
  ['a recipient that is none', ['encrypt', '--kms', 'nonsense', 'plain.yaml'], 1],
  ['nothing at a path', ['decrypt', '--extract', '["x"]', 'enc.yaml'], 1],
  ['a value that is not JSON', ['set', 'enc.yaml', '["a"]', 'text'], 7],
  ['a list as a value', ['set', 'enc.yaml', '["a"]', '[1]'], 7],
  ['a decryption order with one kind twice', ['decrypt', '--decryption-order', 'age,age', 'enc.yaml'], 112],
  [
    'an encryption context that is none',
    ['encrypt', '--kms', 'arn:aws:kms:eu-west-1:1:key/x', '--encryption-context', 'a', 'plain.yaml'],
    6,
  ],
  [
    'two selection rules',
    ['encrypt', '--encrypted-regex', 'a', '--unencrypted-suffix', 'b', 'plain.yaml'],
    8,
  ],
  ['keys changed on a file that is not there', ['rotate', '--add-age', 'age1x', 'nope.yaml'], 49],
  ['two modes at once: the last one counts', ['-e', '-d', 'plain.yaml'], 1],
  ['a command of several operands to exec-env', ['exec-env', 'enc.yaml', 'env', 'X=1', 'true'], 1],
  ['no command to exec-env', ['exec-env', 'enc.yaml'], 1],
  ['a command of several operands to exec-file', ['exec-file', 'enc.yaml', 'cat', '{}'], 1],
  ['an operand to groups add', ['groups', 'add', '-f', 'enc.yaml', 'x'], 1],
  ['no file to update', ['updatekeys'], 100],
  ['one of two files that cannot be updated', ['updatekeys', '-y', 'nope.yaml', 'enc.yaml'], 1],
  ['help of what is not a command', ['help', 'nonsense'], 3],
  ['a flag that is none', ['decrypt', '--nonsense', 'enc.yaml'], 1],
  ['no key service', ['decrypt', '--enable-local-keyservice=false', 'enc.yaml'], 128],
  ['two forms of a flag', ['decrypt', '-i', '--in-place', 'enc.yaml'], 1],
  ['--background and --same-process', ['exec-env', '--background', '--same-process', 'enc.yaml', 'true'], 8],
  ['flags of the root command, which count for no other', ['--ignore-mac', 'decrypt', 'nope.yaml'], 100],
])('%s ends with the exit code of sops', async (_, args, exitCode) => {
  await encrypted('enc.yaml', 'a: canary\nn: 5\n');
  write('plain.yaml', 'a: canary\n');
  write('empty.yaml', '');
  write('broken.yaml', 'a: [canary');
  const result = await run(args);
  expect(result.exitCode).toBe(exitCode);
  expect(result.stdout + result.stderr).not.toContain('canary');
});

test('no rule for a file, and a rule without recipients', async () => {
  write(
    '.sops.yaml',
    `creation_rules:\n  - path_regex: ^other\n    age: ${recipient}\n  - path_regex: ^none\n`,
  );
  write('a.yaml', 'a: b\n');
  write('none.yaml', 'a: b\n');
  expect((await run(['encrypt', 'a.yaml'])).stderr).toContain('no matching creation rules found');
  expect((await run(['encrypt', 'none.yaml'])).stderr).toContain('empty key group');
  expect(existsSync(join(directory, 'a.yaml'))).toBe(true);
});

test.each([
  [['decrpt', 'a.yaml'], 'unknown command: decrpt', 'Did you mean decrypt?'],
  [['decyrpt', 'a.yaml'], 'unknown command: decyrpt', 'Did you mean decrypt?'],
])('%j is not a command', async (args, what, fix) => {
  const { exitCode, stderr } = await run(args);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(what);
  expect(stderr).toContain(fix);
});

test('an editor that is not there is named', async () => {
  await encrypted('a.yaml', 'a: 1\n');
  const { exitCode, stderr } = await run(['edit', 'a.yaml'], { env: { EDITOR: 'no-such-editor --wait' } });
  expect(exitCode).toBe(201);
  expect(stderr).toContain('editor no-such-editor not found');
});

test.each([
  [['help']],
  [['h']],
  [['-h']],
  [['help', 'decrypt']],
  [['decrypt', '-h']],
  [['groups']],
  [['groups', 'help', 'add']],
])('%j shows help', async (args) => {
  const { exitCode, stdout, stderr } = await run(args);
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^sops-codec /);
});

test('an SSH key is a recipient of a flag, with its comment', async () => {
  const { privateKey, publicKey } = sshKeyPair('ed25519');
  write('key', privateKey);
  write('a.yaml', 'a: x\n');
  const flag = ['--age', `${recipient}, ${publicKey.trim()} a comment`];
  expect(await run(['encrypt', '-i', ...flag, 'a.yaml'])).toMatchObject({ exitCode: 0, stderr: '' });
  const env = { SOPS_AGE_KEY: '', SOPS_AGE_SSH_PRIVATE_KEY_FILE: join(directory, 'key') };
  expect(await run(['decrypt', 'a.yaml'], { env })).toMatchObject({ exitCode: 0, stdout: 'a: x\n' });
});

test('a key service has the keys that the client lacks, until it is stopped', async () => {
  await encrypted('a.yaml', 'a: x\n');
  const socket = join(directory, 'keys');
  const service = run(['keyservice', '--net=unix', '--addr', socket, '--verbose', '--prompt'], {
    input: 'y\nn\n',
  });
  await new Promise<void>((resolve) => {
    service.stderr.on('data', (text: Buffer) => {
      if (text.includes('Listening on unix://')) resolve();
    });
  });
  const asked = ['decrypt', '--enable-local-keyservice=0', '--keyservice', `unix://${socket}`, 'a.yaml'];
  const client = { env: { SOPS_AGE_KEY: '' } };
  const [first, second] = [await run(asked, client), await run(asked, client)];
  expect([first.exitCode, first.stdout, first.stderr]).toEqual([0, 'a: x\n', '']);
  expect([second.exitCode, second.stdout]).toEqual([128, '']);
  expect(second.stderr).toContain(`the key service unix://${socket} refused the request`);
  service.kill('SIGTERM');
  const { exitCode, stdout, stderr } = await service;
  expect(exitCode).toBe(0);
  expect(
    stdout.match(/Received decrypt request using age key with recipient age1\w+\. Respond/g),
  ).toHaveLength(2);
  expect(stderr).toMatch(/^Listening on [^\n]+\ndecrypt with age key with recipient age1\w+: done\n/);
  expect(existsSync(socket)).toBe(false);
});

test.each([
  [['-d', 'a.yaml', 'b.yaml']],
  [['decrypt', 'a.yaml', 'extra']],
  [['-d=true', 'a.yaml']],
  [['--decrypt=1', '--in-place=false', 'a.yaml']],
  [['decrypt', '-output-type', 'yaml', 'a.yaml']],
  [['decrypt', '--enable-local-keyservice=true', 'a.yaml']],
  // A flag of the program, and not of the command: sops ignores it, too.
  [['--in-place', 'decrypt', 'a.yaml']],
  // Behind the word that follows a flag, nothing is a flag.
  [['decrypt', '-ignore-mac', 'a.yaml', '--output-type', 'json']],
])('%j prints the plaintext as sops does', async (args) => {
  await encrypted('a.yaml', 'a: b\n');
  expect(await run(args)).toMatchObject({ exitCode: 0, stdout: 'a: b\n' });
});

test('a command of several words does not run, and sees no values', async () => {
  await encrypted('a.yaml', 'KEY: canary\n');
  const { stdout, stderr } = await run(['exec-env', 'a.yaml', 'env', 'X=1', 'true']);
  expect(stdout + stderr).not.toContain('canary');
  expect(stderr).toContain('in quotes');
});

test.each([
  ['', []],
  [' --background', ['--background']],
])('exec-env%s tells of a value with a NUL, which no variable can hold', async (_, flags) => {
  await encrypted('a.yaml', 'KEY: "can\\0ary"\n');
  const { exitCode, stderr } = await run(['exec-env', ...flags, 'a.yaml', 'true']);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('key "KEY"')]);
  expect(stderr).not.toContain('ary');
});

test('exec-env --background does not wait', async () => {
  await encrypted('a.yaml', 'KEY: value\n');
  const { exitCode, stdout } = await run(['exec-env', '--background', 'a.yaml', 'echo not shown; exit 7']);
  expect([exitCode, stdout]).toEqual([0, '']);
});

test('edit -s shows the metadata, and takes over changes of values', async () => {
  await encrypted('a.yaml', 'a: b\n');
  write('editor.sh', 'cp "$1" shown; sed -i "s/a: b/a: c/" "$1"\n');
  expect((await run(['edit', '-s', 'a.yaml'], { env: { EDITOR: 'sh editor.sh' } })).exitCode).toBe(0);
  expect(read('shown')).toContain(`recipient: ${recipient}`);
  expect((await run(['decrypt', 'a.yaml'])).stdout).toBe('a: c\n');
});

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish', 'powershell'])('%s has a script that asks the program', async (shell) => {
    const { exitCode, stdout } = await run(['completion', shell]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('--generate-bash-completion');
  });

  test.each([
    [['--generate-bash-completion'], /^exec-env$/m],
    [['groups', '--generate-bash-completion'], /^add\ndelete$/m],
    [['decrypt', '--out', '--generate-bash-completion'], /^--output\n--output-type\n$/],
    [['decrypt', 'file', '--generate-bash-completion'], /^$/],
  ])('%j', async (args, expected) => {
    const { exitCode, stdout } = await run(args);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(expected)]);
  });

  test('in bash', async () => {
    write('sops-codec', `#!/bin/sh\nexec ${process.execPath} ${bin} "$@"\n`);
    chmodSync(join(directory, 'sops-codec'), 0o755);
    const script = `PATH=$PWD:$PATH; source <(sops-codec completion bash)
      COMP_WORDS=(sops-codec groups de) COMP_CWORD=2; _sops_codec_complete; echo "\${COMPREPLY[@]}"
      COMP_WORDS=(sops-codec decrypt --ext) COMP_CWORD=2; _sops_codec_complete; echo "\${COMPREPLY[@]}"`;
    const { stdout } = await execa('bash', ['-c', script], { cwd: directory });
    expect(stdout).toBe('delete\n--extract');
  });
});
