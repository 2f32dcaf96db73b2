"""Runs a program and writes what the whole tree of processes took, as JSON, to file descriptor 3."""

import ctypes
import json
import os
import resource
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36

# Linux: processes that outlive their parent become children of this one, so that their time counts, too.
if sys.platform == "linux":
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

start = time.monotonic()
code = subprocess.Popen(sys.argv[1:]).wait()
seconds = time.monotonic() - start
while True:
    try:
        os.wait()
    except ChildProcessError:
        break
used = resource.getrusage(resource.RUSAGE_CHILDREN)
# Kilobytes, but on macOS, where they are bytes.
peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
result = {"code": code, "seconds": seconds, "cpu": used.ru_utime + used.ru_stime, "peak": peak}
os.write(3, json.dumps(result).encode())
