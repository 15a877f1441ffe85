"""`paperround` for a shell of tests: has it born by the nursery, on this terminal, and ends as it ends.

A program of its own that imports nothing of ours: it is to start at once. `NURSERY` has the way there, inherited.
"""

# ruff: noqa: PTH109, PTH123  (pathlib takes longer to import than all else)

import json
import os
import signal
import socket
import sys


def main() -> int:
    status, its = os.pipe()
    request = {
        "program": sys.argv[0],
        "arguments": sys.argv[1:],
        "folder": os.getcwd(),
        "environment": dict(os.environ),
    }
    with socket.socket(fileno=os.dup(int(os.environ["NURSERY"]))) as nursery:
        socket.send_fds(nursery, [json.dumps(request).encode()], [1, 2, its, 0])
    os.close(its)
    with open(status, encoding="utf-8") as told:
        pid = int(told.readline())
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda number, _: os.kill(pid, number))
        code = os.waitstatus_to_exitcode(int(told.readline()))
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
