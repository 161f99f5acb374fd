"""Keeps a socket open and runs a program on it, as systemd does: fd 3, LISTEN_FDS, LISTEN_PID.

Says its port; then does what each line of its input says: start, restart, stop.
"""

import os
import signal
import socket
import sys

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(4096)
print(listener.getsockname()[1], flush=True)


def start():
    child = os.fork()
    if child == 0:
        if listener.fileno() == 3:
            os.set_inheritable(3, True)
        else:
            os.dup2(listener.fileno(), 3)
        os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()), LISTEN_FDNAMES="http")
        os.dup2(2, 1)
        os.execv(sys.argv[1], sys.argv[1:])
    return child


def stop(child):
    os.kill(child, signal.SIGTERM)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


child = start()
try:
    for line in sys.stdin:
        if line.strip() == "restart":
            code = stop(child)
            child = start()
            print(f"restarted {code}", flush=True)
        else:
            break
finally:
    print(f"stopped {stop(child)}", flush=True)
