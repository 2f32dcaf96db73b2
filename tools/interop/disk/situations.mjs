/**
 * Where a result can be put: the situations of the table "Files on disk" in docs/compatibility.md. `setup` is bash that puts
 * the old content `$OLD` at `t` (see play.sh); `needs` is what the machine has to allow; `why` is there where the programs
 * differ on purpose.
 */

const inPlace = ['encrypt -i', 'decrypt -i', 'set', 'unset', 'rotate', 'edit', 'updatekeys'];
const outputs = ['encrypt --output', 'decrypt --output'];
const all = [...inPlace, ...outputs];
const few = ['set', 'decrypt --output'];

/** Runs the program as a user who owns nothing here. */
const asNobody = 'ROLE=(setpriv --reuid=65534 --regid=65534 --clear-groups)';
const named = (name) => `TARGET=${name}; cp "$OLD" "$TARGET"`;
const longName = '$(printf "%0250d" 0).yaml';
const disk = (options, setup) => `mkdir m; mount -t tmpfs ${options} none m; ${setup}; TARGET=m/t`;
const fill = 'dd if=/dev/zero of=m/fill 2>/dev/null';
const python = (code) => `python3 -c '${code}'`;
const accessList =
  'import os, struct; e = lambda t, p, i=2**32-1: struct.pack("<HHI", t, p, i); ' +
  'os.setxattr("t", "system.posix_acl_access", struct.pack("<I", 2) + e(1, 6) + e(2, 4, 65534) + e(4, 4) + e(16, 4) + e(32, 0))';

const noRoom = 'the new content needs room next to the old one, so that the old one is never lost';
const cannotWrite = 'an output that cannot be written has one exit code, also on a full disk';

/**
 * @type {readonly {what: string, setup: string, commands: readonly string[], needs?: 'root' | 'mounts', why?: string,
 *   value?: string}[]}
 */
export const situations = [
  { what: 'a regular file', setup: 'cp "$OLD" t', commands: all },
  { what: 'mode 0600', setup: 'install -m 600 "$OLD" t', commands: all },
  { what: 'mode 0755', setup: 'install -m 755 "$OLD" t', commands: few },
  { what: 'mode 0444, as root', setup: 'install -m 444 "$OLD" t', commands: few, needs: 'root' },
  {
    what: 'mode 0444, as its owner',
    setup: `install -m 444 "$OLD" t; chown -R 65534:65534 .; ${asNobody}`,
    commands: few,
    needs: 'root',
  },
  { what: 'an existing file under umask 077', setup: 'install -m 664 "$OLD" t; umask 077', commands: few },
  { what: 'a new file under umask 022', setup: 'umask 022', commands: outputs },
  { what: 'a new file under umask 077', setup: 'umask 077', commands: outputs },
  {
    what: 'a new file under umask 000',
    setup: 'umask 000',
    commands: outputs,
    why: 'a new plaintext is not readable for more users than the encrypted file',
  },
  { what: 'a relative symbolic link', setup: 'cp "$OLD" real; ln -s real t', commands: all },
  { what: 'an absolute symbolic link', setup: 'cp "$OLD" real; ln -s "$PWD/real" t', commands: few },
  {
    what: 'a chain of symbolic links through folders',
    setup: 'mkdir a b; cp "$OLD" b/real; ln -s ../b/real a/second; ln -s a/second t',
    commands: few,
  },
  { what: 'a symbolic link to nothing', setup: 'ln -s real t; RESULT=real', commands: all },
  { what: 'a symbolic link to itself', setup: 'ln -s t t', commands: all },
  { what: 'a symbolic link to a folder', setup: 'mkdir real; ln -s real t', commands: all },
  {
    what: 'a symbolic link to another file system',
    setup: 'mkdir m; mount -t tmpfs none m; cp "$OLD" m/real; ln -s m/real t',
    commands: few,
    needs: 'mounts',
  },
  { what: 'a folder', setup: 'mkdir t', commands: all },
  { what: 'a folder that does not exist', setup: 'TARGET=none/t', commands: outputs },
  { what: 'a folder that is a file', setup: 'touch none; TARGET=none/t', commands: outputs },
  { what: 'a hard link', setup: 'cp "$OLD" other; ln other t', commands: all },
  {
    what: 'a FIFO',
    setup: 'mkfifo t; exec 4<>t; AFTER=\'dd if=t iflag=nonblock of="$W/got" 2>/dev/null\'; RESULT=$W/got',
    commands: outputs,
  },
  { what: '`/dev/stdout`', setup: 'TARGET=/dev/stdout; RESULT=$W/stdout', commands: outputs },
  { what: 'a link to `/dev/stdout`', setup: 'ln -s /dev/stdout t; RESULT=$W/stdout', commands: outputs },
  {
    what: '`/dev/fd/3`, which is a file',
    setup: 'cp "$OLD" file; exec 3<>file; TARGET=/dev/fd/3; RESULT=file',
    commands: outputs,
  },
  { what: '`/dev/null`', setup: 'TARGET=/dev/null', commands: outputs },
  { what: '`/dev/full`', setup: 'TARGET=/dev/full', commands: outputs, why: cannotWrite },
  { what: 'a character device', setup: 'mknod t c 1 3', commands: outputs, needs: 'root' },
  {
    what: 'a socket',
    setup: python('import socket; socket.socket(socket.AF_UNIX).bind("t")'),
    commands: ['set', ...outputs],
  },
  {
    what: 'a file of another owner, as root',
    setup: 'cp "$OLD" t; chown 65534:65534 t',
    commands: all,
    needs: 'root',
  },
  {
    what: 'a file of another owner that everybody may write',
    setup: `install -m 666 "$OLD" t; chmod 777 .; ${asNobody}`,
    commands: all,
    needs: 'root',
  },
  {
    what: 'a file of another owner that may only be read',
    setup: `install -m 644 "$OLD" t; chmod 777 .; ${asNobody}`,
    commands: all,
    needs: 'root',
  },
  {
    what: 'a file of another owner in a folder with the sticky bit',
    setup: `install -m 666 "$OLD" t; chmod 1777 .; ${asNobody}`,
    commands: few,
    needs: 'root',
  },
  {
    what: 'a file that may be written, not read',
    setup: `install -m 622 "$OLD" t; chmod 777 .; ${asNobody}`,
    commands: outputs,
    needs: 'root',
  },
  {
    what: 'a file in a folder with setgid',
    setup: 'chgrp 65534 .; chmod g+s .; install -m 644 -g 0 "$OLD" t',
    commands: few,
    needs: 'root',
  },
  {
    what: 'a new file in a folder with setgid',
    setup: 'chgrp 65534 .; chmod g+s .',
    commands: outputs,
    needs: 'root',
  },
  {
    what: 'a file with an extended attribute',
    setup: `ATTRIBUTES=1; cp "$OLD" t; ${python('import os; os.setxattr("t", "user.note", b"x")')}`,
    commands: few,
  },
  {
    what: 'a file with an access control list',
    setup: `ATTRIBUTES=1; install -m 640 "$OLD" t; ${python(accessList)}`,
    commands: few,
  },
  { what: 'a name of 255 bytes', setup: named(longName), commands: few },
  { what: 'a new file with a name of 255 bytes', setup: `TARGET=${longName}`, commands: outputs },
  { what: 'a name with a line break, a blank and a quote', setup: named(`$'a\\n b"c'`), commands: few },
  {
    what: 'a name that is not UTF-8',
    setup: named(`$'a\\xff.yaml'`),
    commands: few,
    why: 'Node cannot pass on such a name: refused, so that no other file is written',
  },
  {
    what: 'a folder without write permission',
    setup: `install -m 644 "$OLD" t; chown 65534:65534 t; ${asNobody}`,
    commands: all,
    needs: 'root',
  },
  {
    what: 'a new file in a folder without write permission',
    setup: asNobody,
    commands: outputs,
    needs: 'root',
  },
  {
    what: 'a bind-mounted file',
    setup: 'cp "$OLD" real; touch t; mount --bind real t',
    commands: all,
    needs: 'mounts',
  },
  {
    what: 'a bind-mounted file in a read-only folder',
    setup: disk('', 'cp "$OLD" real; touch m/t; mount --bind real m/t; mount -o remount,ro m'),
    commands: few,
    needs: 'mounts',
  },
  {
    what: 'a read-only file system',
    setup: disk('', 'cp "$OLD" m/t; mount -o remount,ro m'),
    commands: all,
    needs: 'mounts',
  },
  {
    what: 'a new file on a read-only file system',
    setup: disk('-o ro', ':'),
    commands: outputs,
    needs: 'mounts',
  },
  {
    what: 'a full disk, where the file itself has room',
    setup: disk('-o size=64k', `cp "$OLD" m/t; ${fill}`),
    commands: all,
    needs: 'mounts',
    why: noRoom,
  },
  {
    what: 'a full disk, where the file has no room',
    setup: disk('-o size=64k', `cp "$OLD" m/t; ${fill}`),
    commands: ['encrypt -i', ...outputs],
    value: 'x'.repeat(4_050),
    needs: 'mounts',
    why: 'the old content is never lost',
  },
  {
    what: 'a hard link on a full disk, where the file has no room',
    setup: disk('-o size=64k', `cp "$OLD" m/t; ln m/t m/u; ${fill}`),
    commands: ['encrypt -i', ...outputs],
    value: 'x'.repeat(4_050),
    needs: 'mounts',
    why: 'the old content is never lost',
  },
  {
    what: 'a new file on a full disk',
    setup: disk('-o size=64k', fill),
    commands: outputs,
    needs: 'mounts',
    why: 'no file without its content is left',
  },
  {
    what: 'a limit of the size of files (`ulimit -f`)',
    setup: 'cp "$OLD" t; ulimit -f 1',
    value: 'x'.repeat(4_050),
    commands: few,
    why: 'the old content is never lost',
  },
];
