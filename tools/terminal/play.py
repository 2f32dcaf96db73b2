"""Plays a terminal for a program (see play-terminal.mjs, and pty.test-kit.ts of nx-secrets)."""
import base64, fcntl, json, os, select, struct, subprocess, sys, termios, time
plan = json.loads(sys.argv[1])
steps = list(plan['steps'])
master, slave = os.openpty()
before = termios.tcgetattr(slave)
if 'columns' in plan: fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 24, plan['columns'], 0, 0))
def own():
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
out = slave if plan['output'] == 'terminal' else subprocess.PIPE
child = subprocess.Popen(plan['argv'], stdin=slave, stdout=out, stderr=out, preexec_fn=own, env={**os.environ, 'TERM': 'xterm', **plan['env']})
shown, seen, left, end = b'', 0, b'', time.time() + 60
def read(wait):
    global shown
    while select.select([master], [], [], wait)[0]:
        shown += os.read(master, 65536)
while child.poll() is None and time.time() < end:
    read(0.02)
    # A question is looked for behind the answer before it: its own text stays on the screen.
    if not left and steps and steps[0]['prompt'].encode() in shown[seen:]:
        step = steps.pop(0)
        keys = base64.b64decode(step['keys'])
        marked = plan['marks'] and b'\x1b[?2004h' in shown[seen:]
        left = (b'\x1b[200~' + keys + b'\x1b[201~' if marked else keys) + base64.b64decode(step['then'])
        seen = len(shown)
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
print(json.dumps({'shown': (shown + rest).decode(errors='replace'), 'exitCode': child.wait(), 'restored': before == after, 'waiting': waiting, 'unasked': [step['prompt'] for step in steps]}))
