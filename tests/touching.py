"""Which tests touch a line of a package: coverage, with a context for each test. A plugin of pytest, and who reads it.

Lines that a process runs which a test started are touched by that test.
"""

import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import cached_property
from pathlib import Path

from coverage import Coverage, CoverageData

from feeds.known import forget

_SETTINGS = """[run]
core = ctrace
source = bot, feeds
relative_files = true
parallel = true
patch = subprocess
sigterm = true
context = ${{PYTEST_CURRENT_TEST-}}
data_file = {}
"""


def pytest_runtest_logstart(nodeid: str) -> None:
    """What runs from now on is this test's, also what another one has had answered before."""
    forget()
    if measured := Coverage.current():
        measured.switch_context(nodeid)


class Touching:
    """Asks what was measured."""

    def __init__(self, data: CoverageData) -> None:
        self._data = data
        self._files: dict[str, dict[int, list[str]]] = {}

    def of_line(self, file: str, line: int) -> tuple[set[str], bool]:
        """Tests that run a line, or the statement before it of which it may be a part; whether it runs beside them."""
        lines = self._lines(file)
        begun = [known for known in lines if known <= line]
        found = lines[max(begun)] if begun else [""]
        return set(map(_test, found)) - {""}, "" in found

    def of_file(self, file: str) -> set[str]:
        """Tests that run any of its lines."""
        return {_test(one) for some in self._lines(file).values() for one in some} - {""}

    @cached_property
    def breadth(self) -> Mapping[str, int]:
        """How many files each test touches: one that touches few is mostly quick."""
        asked = "select context, count(*) from line_bits join context on context.id = context_id group by context"
        with closing(sqlite3.connect(self._data.data_filename())) as raw:
            found = Counter[str]()
            for context, count in raw.execute(asked):
                found[_test(context)] += count
            return found

    def _lines(self, file: str) -> dict[int, list[str]]:
        if file not in self._files:
            self._files[file] = self._data.contexts_by_lineno(file)
        return self._files[file]


def touching(copy: Path, tests: Sequence[str], kept: Path) -> Touching:
    """What tests of a copy touch; from a file where it was kept before, or else kept there. A folder: not kept."""
    settings, file = copy / "touching.ini", copy / "touching.db" if kept.is_dir() else kept.resolve()
    if not file.exists():
        settings.write_text(_SETTINGS.format(file))
        _run(copy, "run", f"--rcfile={settings}", "-m", "pytest", "-q", "-p", "tests.touching", *tests)
        _run(copy, "combine", f"--rcfile={settings}", "--quiet")
    data = CoverageData(str(file))
    data.read()
    return Touching(data)


def _run(copy: Path, *command: str) -> None:
    """A test may fail for being measured: what it touches is known all the same."""
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    command = (sys.executable, "-m", "coverage", *command)
    done = subprocess.run(command, cwd=copy, env=environment, stdout=subprocess.DEVNULL, check=False)
    if done.returncode > 1:
        raise RuntimeError(f"{command}: {done.returncode}")


def _test(context: str) -> str:
    """The test of a context: of a process that one started it tells a phase of it, too."""
    return context.partition("|")[0].rpartition(" (")[0] if context.endswith(")") else context.strip("|")
