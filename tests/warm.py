"""A process that has collected tests and runs some of them again and again, each time with other code: asked by `Warm`.

To load the program and its tests takes longer than most mutants live. As a plugin of pytest it forks for each question
and puts the code of now, as it stands on the disk, into the functions that are loaded.
"""

import functools
import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from itertools import pairwise
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from types import CodeType, FunctionType
from typing import NamedTuple, Self

import pytest

from tests import postgres

COLD = "it is no function's"
"""What a process that has loaded the code of before cannot be asked about."""
HANGS = "it hangs, or ends"
_LINE = "PAPERROUND_TESTS_WARM"


class Answer(NamedTuple):
    killer: str
    """The test that failed; empty: none did."""
    seconds: dict[str, float]
    """How long each test took."""


class Warm:
    """The process, as who asks it sees it."""

    def __init__(self, folder: Path, tests: Sequence[str], longest: float) -> None:
        mine, its = Pipe()
        self._line = mine
        command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.warm", "-p", "no:cacheprovider"]
        command += ["--hypothesis-profile=mutants", f"--timeout={longest}", "--timeout-method=thread", *tests]
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder), _LINE: str(its.fileno())},
            pass_fds=[its.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        its.close()
        self.tests: list[str] = []
        """All that it knows; none: what it was to load cannot be loaded."""
        with suppress(EOFError):
            self.tests = mine.recv()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._line.send(None)
        self._line.close()
        self._process.wait()

    def ask(self, file: Path, before: str, tests: Sequence[str], patience: float) -> Answer:
        """Of the code that stands in the file now; `before` is what stood there when the process began.

        No test begins after so many seconds of patience.
        """
        self._line.send((file, before, tests, patience))
        answer: Answer = self._line.recv()
        return answer


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Ask and answer, until there is nothing more to ask."""
    if session.testsfailed:
        return True
    items = {item.nodeid: item for item in session.items}
    if any("[postgres" in name for name in items):
        postgres.url()  # one server for all
    with closing(Connection(int(os.environ[_LINE]))) as line:
        line.send(list(items))
        while (asked := line.recv()) is not None:
            file, before, tests, patience = asked
            line.send(_forked(session, file, before, [items[name] for name in tests], patience))
    return True


def _forked(session: pytest.Session, file: Path, before: str, items: list[pytest.Item], patience: float) -> Answer:
    mine, its = Pipe(duplex=False)
    if not (child := os.fork()):
        os.setpgrp()
        mine.close()
        its.send(_answer(session, file, before, items, patience))
        os._exit(0)
    its.close()
    try:
        answer: Answer = mine.recv()
    except EOFError:
        answer = Answer(HANGS, {})
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)  # what its tests left running
    os.waitpid(child, 0)
    mine.close()
    return answer


def _answer(session: pytest.Session, file: Path, before: str, items: list[pytest.Item], patience: float) -> Answer:
    seconds: dict[str, float] = {}
    after = file.read_text()
    if after != before and not _renewed(compile(before, file, "exec"), compile(after, file, "exec")):
        return Answer(COLD, seconds)
    for item, later in pairwise([*items, None]):
        began = time.monotonic()
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=later)
        seconds[item.nodeid] = time.monotonic() - began
        if session.testsfailed:
            return Answer(item.nodeid, seconds)
        if (patience := patience - seconds[item.nodeid]) < 0:
            break
    return Answer("", seconds)


def _renewed(before: CodeType, after: CodeType) -> bool:
    """Put the new code into the functions that are loaded. False: it is what runs but once, as a module is loaded."""
    changed = list(_changed(before, after))
    if any(_runs_once(one) and _alone(one) != _alone(new) for one, new in changed):
        return False
    known = {_alone(one): new for one, new in changed}
    gc.unfreeze()
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper) and one.__module__.startswith(("bot.", "feeds.")):
            one.cache_clear()
        elif isinstance(one, FunctionType) and one.__code__.co_filename == before.co_filename:
            code = one.__code__
            if (new := known.get(_alone(code), code)).co_freevars != code.co_freevars:
                return False
            one.__code__ = new
    return True


def _changed(before: CodeType, after: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """Each that is not as it was, with what it is now."""
    if before != after:
        yield before, after
        for one, other in zip(_nested(before), _nested(after), strict=False):
            yield from _changed(one, other)


def _nested(code: CodeType) -> list[CodeType]:
    return [one for one in code.co_consts if isinstance(one, CodeType)]


def _runs_once(code: CodeType) -> bool:
    """Whether it is a module's or a class's: it has no names of its own (CO_NEWLOCALS)."""
    return not code.co_flags & 0x2


def _alone(code: CodeType) -> tuple[object, ...]:
    """Where it stands and what it does itself, without what the functions in it do."""
    constants = tuple("" if isinstance(one, CodeType) else (type(one), one) for one in code.co_consts)
    its = (code.co_names, code.co_varnames, code.co_freevars, code.co_exceptiontable)
    return code.co_qualname, code.co_firstlineno, code.co_code, constants, *its
