import { execaSync } from 'execa';

/**
 * Plays a terminal for a program: types once the prompt is there, with marks around it where the program asked for them
 * and the terminal can. Says what was shown, how the program ended, whether the terminal is as it was, and what is left of
 * the input for the shell.
 */
const player = `
import base64, fcntl, json, os, select, struct, subprocess, sys, termios, time
plan = json.loads(sys.argv[1])
keys = base64.b64decode(plan['keys'])
master, slave = os.openpty()
before = termios.tcgetattr(slave)
def own():
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
out = slave if plan['output'] == 'terminal' else subprocess.PIPE
child = subprocess.Popen(plan['argv'], stdin=slave, stdout=out, stderr=out, preexec_fn=own, env=dict(os.environ, **plan['env']))
shown, left, end = b'', None, time.time() + 60
def read(wait):
    global shown
    while select.select([master], [], [], wait)[0]:
        shown += os.read(master, 65536)
while child.poll() is None and time.time() < end:
    read(0.02)
    if left is None and plan['prompt'].encode() in shown:
        marked = plan['marks'] and b'\\x1b[?2004h' in shown
        left = (b'\\x1b[200~' + keys + b'\\x1b[201~' if marked else keys) + base64.b64decode(plan['then'])
    while left and select.select([], [master], [], 0)[1]:
        left = left[os.write(master, left[:4000]):]
        read(0)
if child.poll() is None: child.kill()
rest = b'' if out is slave else child.stdout.read()
read(0)
after = termios.tcgetattr(slave)
raw = termios.tcgetattr(slave)
raw[3] &= ~termios.ICANON
termios.tcsetattr(slave, termios.TCSANOW, raw)
waiting = struct.unpack('i', fcntl.ioctl(slave, termios.FIONREAD, b'0000'))[0]
print(json.dumps({'shown': (shown + rest).decode(), 'exitCode': child.wait(), 'restored': before == after, 'waiting': waiting}))
`;

/** Whether there is what plays a terminal. */
export const canPlayTerminal =
  process.platform !== 'win32' &&
  execaSync('python3', ['-c', 'import termios'], { reject: false }).exitCode === 0;

export interface Play {
  readonly argv: readonly string[];
  /** What is waited for before anything is typed. */
  readonly prompt: string;
  /** What is pasted, and what is typed behind it. */
  readonly keys: string | Uint8Array;
  readonly then?: string;
  /** Whether this terminal puts marks around a paste where it is asked to. */
  readonly marks: boolean;
  /** Where the program's output goes. */
  readonly output?: 'terminal' | 'pipe';
  readonly env?: Readonly<Record<string, string>>;
}

export interface Played {
  readonly shown: string;
  readonly exitCode: number;
  readonly restored: boolean;
  /** Bytes that the shell would read next. */
  readonly waiting: number;
}

/** Runs a program in a terminal of its own. */
export function playTerminal({ keys, then = '', output = 'terminal', env = {}, ...play }: Play): Played {
  const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64');
  const plan = { ...play, keys: base64(keys), then: base64(then), output, env };
  const { stdout } = execaSync('python3', ['-c', player, JSON.stringify(plan)]);
  return JSON.parse(stdout) as Played;
}
