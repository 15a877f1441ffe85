"""Processes of the program that are born in 20 ms: forked from one that has imported everything already.

A `once` spends most of its CPU on imports (0.8 of 1.0 s, measured), and the suite starts some hundreds. Each is still a
process of its own, with its own pid, environment, folder and signals.
"""

import atexit
import gc
import io
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

ROOT = Path(__file__).resolve().parents[1]
_LONGEST = 150_000
"""Bytes of a request: the environment is most of it."""
_AT_START = ("PYTHON", "LANG", "LC_", "TZ", "SSL")
"""Variables that an interpreter reads when it starts, or for the certificates: with another value it must be one of its
own."""
_WHEN_USED = """
    alembic.command anyio._backends._asyncio anyio.streams.tls apscheduler.executors.asyncio certifi encodings.idna
    encodings.utf_8_sig feedparser feedparser_sgmllib httpcore jinja2 lxml.html socksio _strptime
    uvicorn uvicorn.lifespan.off uvicorn.lifespan.on uvicorn.protocols.http.auto uvicorn.protocols.http.h11_impl
    uvicorn.protocols.websockets.auto
"""
"""What libraries import only then."""


class Born:
    """A process, as far as tests use `subprocess.Popen`."""

    def __init__(self, arguments: Sequence[str], status: TextIO, out: TextIO, err: TextIO) -> None:
        self.args = arguments
        self.stdout, self.stderr = out, err
        self.returncode: int | None = None
        self.pid = int(status.readline())
        self._status = status
        self._ended = threading.Event()
        threading.Thread(target=self._await, daemon=True).start()

    def _await(self) -> None:
        with self._status:
            self.returncode = os.waitstatus_to_exitcode(int(self._status.readline()))
        self._ended.set()

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """What it still says, once it has ended."""
        said = ["", ""]

        def read(number: int, stream: TextIO) -> None:
            with stream:
                said[number] = stream.read()

        streams = [one for one in enumerate((self.stdout, self.stderr)) if not one[1].closed]
        readers = [threading.Thread(target=read, args=one, daemon=True) for one in streams]
        for reader in readers:
            reader.start()
        deadline = time.monotonic() + (1e6 if timeout is None else timeout)
        for reader in readers:
            reader.join(max(0.0, deadline - time.monotonic()))
        self.wait(max(0.0, deadline - time.monotonic()) + 1.0)
        return said[0], said[1]

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):  # it has ended, and word of it is on its way
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def born(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Any:
    """A process of `python -m bot ARGUMENTS`, or of `python -c PROGRAM` where the first is `-c`."""
    env = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
    if not hasattr(os, "fork") or any(one.startswith(_AT_START) for one in environment) or _is_covered():
        command = [sys.executable, *(arguments if arguments[:1] == ("-c",) else ("-m", "bot", *arguments))]
        return subprocess.Popen(command, cwd=folder, env=env, stdout=-1, stderr=-1, text=True)
    (out, its_out), (err, its_err), (status, its_status) = (os.pipe() for _ in range(3))
    request = json.dumps({"arguments": list(arguments), "folder": str(folder), "environment": env}).encode()
    theirs = (its_out, its_err, its_status)
    socket.send_fds(nursery(), [request], theirs)
    for descriptor in theirs:
        os.close(descriptor)
    return Born(arguments, *(os.fdopen(one, encoding="utf-8") for one in (status, out, err)))


def _is_covered() -> bool:
    """Coverage begins with an interpreter, too."""
    return any(name.startswith("COVERAGE_PROCESS") for name in os.environ)


@cache
def nursery() -> socket.socket:
    """The way to the one of this process; it ends with it.

    Whoever has it sends a request and the descriptors of out, err and status, and of in where it is not empty.
    """
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.nursery", str(its.fileno())]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=[its.fileno()])
    its.close()

    def close() -> None:
        ours.close()
        process.wait(10)

    atexit.register(close)
    return ours


def _import_all() -> None:
    """What commands import when they run, but what has effects of its own; and what each would make anew."""
    for file in sorted(file for room in ("bot", "feeds") for file in (ROOT / room).rglob("*.py")):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if "migrations" not in name and not name.endswith("__main__"):
            import_module(name)
    for name in _WHEN_USED.split():
        import_module(name)
    template = import_module("tests.template")
    template.remember()
    template.statements()
    template.file()
    import_module("bot.fetch.ways").tls()
    import_module("feeds.query").parse_query("*")
    import_module("feeds.render").rendering()
    pages = import_module("feeds.site.drawing").environment()
    for name in pages.list_templates():
        pages.get_template(name)
    gc.freeze()  # nothing of it is garbage, and who is born need not look through it, not even at its end
    assert threading.active_count() == 1, "a fork would take only one thread along"


def _serve(requests: socket.socket) -> dict[str, Any] | None:
    """Fork for each request. None where nobody asks any more; in the child what to be."""
    while True:
        message, descriptors, _, _ = socket.recv_fds(requests, _LONGEST, 4)
        if not message:
            return None
        if not os.fork():
            child = os.fork()
            if not child:
                requests.close()
                return {**json.loads(message), "descriptors": descriptors}
            _watch(child, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _watch(child: int, descriptors: Sequence[int]) -> None:
    """Tell the pid, and how it ended."""
    out, err, status, *given = descriptors
    for one in (out, err, *given):
        os.close(one)
    os.write(status, f"{child}\n".encode())
    os.write(status, f"{os.waitpid(child, 0)[1]}\n".encode())
    os._exit(0)


def _become(what: Mapping[str, Any]) -> None:
    out, err, status, *given = what["descriptors"]
    os.close(status)
    for number, one in zip((1, 2, 0), (out, err, *given), strict=False):
        os.dup2(one, number)
        os.close(one)
    _surround(what["environment"])
    time.tzset()
    os.chdir(what["folder"])
    sys.stdout = sys.__stdout__ = io.TextIOWrapper(io.FileIO(1, "w"), encoding="utf-8", write_through=False)
    sys.stderr = sys.__stderr__ = io.TextIOWrapper(
        io.FileIO(2, "w"), encoding="utf-8", errors="backslashreplace", line_buffering=True
    )
    if given:
        os.setsid()  # a password is asked for where it stands, and not at the terminal of who runs the tests
    _live(what["arguments"], what.get("program", ""))


def _surround(environment: Mapping[str, str]) -> None:
    trusted = os.environ.get("SSL_CERT_FILE")
    os.environ.clear()
    os.environ.update(environment)
    if os.environ.get("SSL_CERT_FILE") != trusted:
        import_module("bot.fetch.ways").tls.cache_clear()


def _live(arguments: Sequence[str], program: str) -> None:
    """Run it, and end as the interpreter does but for the modules: to take those apart takes 0.1 s (measured)."""
    code: object = 0
    try:
        if arguments[:1] == ["-c"]:
            sys.argv = ["-c", *arguments[2:]]
            exec(arguments[1], {"__name__": "__main__"})
        elif program:
            sys.argv = [program, *arguments]
            import_module("bot.cli").main()
        else:
            sys.argv = ["", *arguments]
            runpy.run_module("bot", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        code = ended.code or 0
    if isinstance(code, int):
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        with suppress(Exception):  # else the interpreter tells that nobody reads, and by which code it ends then
            for stream in (sys.stdout, sys.stderr):
                if stream and not stream.closed:
                    stream.flush()
            os._exit(code & 0xFF)
    sys.exit(code)  # type: ignore[arg-type]


if __name__ == "__main__":
    _import_all()
    given = _serve(socket.socket(fileno=int(sys.argv[1])))
    if given:
        _become(given)
