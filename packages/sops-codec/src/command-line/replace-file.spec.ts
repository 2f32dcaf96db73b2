import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
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
import { execa, execaSync } from 'execa';
import { replaceFile } from './replace-file';

let folder: string;
const umask = process.umask();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sops-codec-test-'));
});
afterEach(() => {
  process.umask(umask);
  rmSync(folder, { recursive: true });
});

const at = (...names: readonly string[]) => join(folder, ...names);
const text = (path: string) => readFileSync(path, 'utf8');
const mode = (path: string) => (statSync(path).mode & 0o7777).toString(8);
const replace = (path: string, content = 'new', options = {}) =>
  replaceFile(path, Buffer.from(content), options);

/** What this machine can be asked to do: mounts and other owners need root and Linux. */
const can = (program: string, ...args: readonly string[]) =>
  !execaSync(program, args, { reject: false }).failed;
const isRoot = process.getuid?.() === 0;
const whenRoot = isRoot ? test : test.skip;
const whenMounts = isRoot && can('unshare', '-m', 'true') ? test : test.skip;
const nobody = 65_534;

/** Runs the function in a process of its own, as another user or in a mount namespace; gives the error's code. */
async function replaceApart(path: string, command: readonly string[], content = 'new'): Promise<string> {
  const script = join(__dirname, '../../dist/command-line/replace-file.js');
  const code = `require(${JSON.stringify(script)}).replaceFile(${JSON.stringify(path)}, Buffer.from(${JSON.stringify(content)}))
    .then(() => console.log('done'), (error) => console.log(error.code + ' ' + error.what))`;
  const [program = process.execPath, ...args] = [...command, process.execPath, '--eval', code];
  return (await execa(program, args, { cwd: '/', reject: false })).stdout;
}
const asNobody = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'];

describe('a link', () => {
  test.each(['relative', 'absolute', 'to a link'])('that is %s is followed', async (kind) => {
    writeFileSync(at('real'), 'old');
    symlinkSync(kind === 'relative' ? 'real' : at('real'), at('link'));
    if (kind === 'to a link') symlinkSync('link', at('outer'));
    const path = at(kind === 'to a link' ? 'outer' : 'link');
    await replace(path);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(text(at('real'))).toBe('new');
    expect(readdirSync(folder).sort()).toEqual(
      kind === 'to a link' ? ['link', 'outer', 'real'] : ['link', 'real'],
    );
  });

  test('to a file that does not exist creates that file', async () => {
    symlinkSync('real', at('link'));
    await replace(at('link'));
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(true);
    expect(text(at('real'))).toBe('new');
  });

  test('to itself is an error', async () => {
    symlinkSync('link', at('link'));
    await expect(replace(at('link'))).rejects.toMatchObject({
      code: 'unwritableOutput',
      what: expect.stringContaining('too many symbolic links (ELOOP)'),
    });
  });
});

describe('a regular file', () => {
  test('is replaced: whoever has it open keeps the old content', async () => {
    writeFileSync(at('file'), 'old');
    const { ino } = statSync(at('file'));
    await replace(at('file'));
    expect(text(at('file'))).toBe('new');
    expect(statSync(at('file')).ino).not.toBe(ino);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test.each(['600', '644', '640', '755', '666'])('keeps mode %s under any umask', async (bits) => {
    writeFileSync(at('file'), 'old');
    chmodSync(at('file'), parseInt(bits, 8));
    process.umask(0o077);
    await replace(at('file'));
    expect(mode(at('file'))).toBe(bits);
  });

  test.each(['new', 'that exists'])('with a name of 255 bytes that is %s is written', async (kind) => {
    const path = at('n'.repeat(255));
    if (kind !== 'new') writeFileSync(path, 'an old text that is longer', { mode: 0o600 });
    await replace(path, 'new', { newFileMode: 0o100600 });
    expect([text(path), mode(path), readdirSync(folder).length]).toEqual(['new', '600', 1]);
  });

  test('with several names keeps them', async () => {
    writeFileSync(at('one'), 'an old text that is longer');
    linkSync(at('one'), at('two'));
    await replace(at('one'));
    expect(text(at('two'))).toBe('new');
    expect(statSync(at('one')).nlink).toBe(2);
  });

  test('that is write-protected is not written', async () => {
    mkdirSync(at('open'), { mode: 0o777 });
    writeFileSync(at('open', 'file'), 'old', { mode: 0o444 });
    if (isRoot) {
      chmodSync(folder, 0o755);
      chmodSync(at('open'), 0o777);
      chownSync(at('open', 'file'), nobody, nobody);
      expect(await replaceApart(at('open', 'file'), asNobody)).toContain('permission denied (EACCES)');
    } else {
      await expect(replace(at('open', 'file'))).rejects.toMatchObject({ code: 'unwritableOutput' });
    }
    expect(text(at('open', 'file'))).toBe('old');
  });

  whenRoot('keeps its owner and group', async () => {
    writeFileSync(at('file'), 'old');
    chownSync(at('file'), 1_234, 2_345);
    await replace(at('file'));
    expect(statSync(at('file'))).toMatchObject({ uid: 1_234, gid: 2_345 });
  });

  whenRoot('of somebody else, in a folder of everybody, keeps its owner', async () => {
    chmodSync(folder, 0o777);
    writeFileSync(at('file'), 'old');
    chmodSync(at('file'), 0o666);
    expect(await replaceApart(at('file'), asNobody)).toBe('done');
    expect(text(at('file'))).toBe('new');
    expect(statSync(at('file')).uid).toBe(0);
  });

  whenRoot('in a folder without write permission is overwritten', async () => {
    chmodSync(folder, 0o755);
    writeFileSync(at('file'), 'an old text that is longer');
    chownSync(at('file'), nobody, nobody);
    expect(await replaceApart(at('file'), asNobody)).toBe('done');
    expect(text(at('file'))).toBe('new');
  });

  whenMounts('on a mount point of its own is overwritten', async () => {
    writeFileSync(at('source'), 'old');
    writeFileSync(at('target'), 'other');
    const mount = [
      'unshare',
      '-m',
      'sh',
      '-c',
      'mount --bind "$0" "$1"; shift; exec "$@"',
      at('source'),
      at('target'),
    ];
    expect(await replaceApart(at('target'), mount)).toBe('done');
    expect([text(at('source')), text(at('target'))]).toEqual(['new', 'other']);
    expect(readdirSync(folder).sort()).toEqual(['source', 'target']);
  });

  whenMounts('on a file system that is read-only is an error with its reason', async () => {
    writeFileSync(at('file'), 'old');
    const mount = [
      'unshare',
      '-m',
      'sh',
      '-c',
      'mount --bind "$0" "$0"; mount -o remount,ro,bind "$0"; exec "$@"',
      folder,
    ];
    expect(await replaceApart(at('file'), mount)).toBe(
      'unwritableOutput cannot write the file: read-only file system (EROFS)',
    );
  });

  whenMounts('whose long name is new leaves nothing on a full disk', async () => {
    const script = 'mount -t tmpfs -o size=64k none "$0"; "$@"; ls -A "$0" | wc -l';
    const mount = ['unshare', '-m', 'sh', '-c', script, folder];
    const [result, files] = (await replaceApart(at('n'.repeat(255)), mount, 'x'.repeat(100_000))).split('\n');
    expect(result).toBe('unwritableOutput cannot write the file: no space left on device (ENOSPC)');
    expect(Number(files)).toBe(0);
  });

  whenMounts.each([
    ['regular', 1],
    ['of two names', 2],
  ])('that is %s keeps its content when the disk is full', async (_, names) => {
    const script = [
      'mount -t tmpfs -o size=64k none "$0"; head -c 20000 /dev/zero > "$0/file"',
      names === 2 ? 'ln "$0/file" "$0/other"' : ':',
      '"$@"; wc -c < "$0/file"; ls -A "$0" | wc -l',
    ].join('; ');
    const mount = ['unshare', '-m', 'sh', '-c', script, folder];
    const [result, size, files] = (await replaceApart(at('file'), mount, 'x'.repeat(100_000))).split('\n');
    expect(result).toBe('unwritableOutput cannot write the file: no space left on device (ENOSPC)');
    expect([Number(size), Number(files)]).toEqual([20_000, names]);
  });

  const python = can('python3', '-c', 'import os; os.setxattr') ? test : test.skip;
  python('keeps extended attributes', async () => {
    writeFileSync(at('file'), 'old');
    const set = 'import os, sys; os.setxattr(sys.argv[1], "user.origin", b"vault")';
    if (!can('python3', '-c', set, at('file'))) return; // This file system has none.
    await replace(at('file'));
    const { stdout } = await execa('python3', [
      '-c',
      'import os, sys; print(os.listxattr(sys.argv[1]))',
      at('file'),
    ]);
    expect(stdout).toContain('user.origin');
    expect(text(at('file'))).toBe('new');
  });
});

describe('a new file', () => {
  test.each([
    [0o022, undefined, '644'],
    [0o077, undefined, '600'],
    [0o002, undefined, '664'],
    [0o022, 0o100600, '600'],
    [0o022, 0o100640, '640'],
    [0o022, 0o100777, '644'],
    [0o077, 0o100644, '600'],
  ])('under umask %o, for a source of mode %o, has mode %s', async (mask, newFileMode, expected) => {
    process.umask(mask);
    await replace(at('file'), 'new', { newFileMode });
    expect(mode(at('file'))).toBe(expected);
    expect(text(at('file'))).toBe('new');
  });

  test('in a folder that does not exist is an error', async () => {
    await expect(replace(at('no', 'file'))).rejects.toMatchObject({
      code: 'unwritableOutput',
      exitCode: 3,
      what: 'cannot write the file: no such file or directory (ENOENT)',
      cause: { code: 'ENOENT' },
    });
    expect(existsSync(at('no'))).toBe(false);
  });
});

describe('what is not a regular file', () => {
  test('a FIFO is written to, and stays one', async () => {
    execaSync('mkfifo', [at('fifo')]);
    const reader = execa('cat', [at('fifo')]);
    await replace(at('fifo'), 'through the pipe');
    expect((await reader).stdout).toBe('through the pipe');
    expect(lstatSync(at('fifo')).isFIFO()).toBe(true);
  });

  test('a device is written to', async () => {
    await replace('/dev/null');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('a descriptor of a process is written to, although it may be a regular file', async () => {
    const script = join(__dirname, '../../dist/command-line/replace-file.js');
    const code = `require(${JSON.stringify(script)}).replaceFile('/dev/stdout', Buffer.from('new')).then(() => process.stdout.write('!'))`;
    await execa('sh', ['-c', 'exec "$0" --eval "$1" >> "$2"', process.execPath, code, at('out')]);
    expect(text(at('out'))).toBe('new!');
  });

  test('a folder is an error', async () => {
    await expect(replace(folder)).rejects.toMatchObject({
      what: 'cannot write the file: is a directory (EISDIR)',
    });
  });
});
