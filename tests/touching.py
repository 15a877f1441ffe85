"""Which tests touch a line of a package: coverage, with a context for each test. A plugin of pytest, and who reads it.

Lines that only a process of its own runs are touched by nobody here.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from coverage import Coverage, CoverageData

_SETTINGS = "[run]\ncore = ctrace\nsource = bot, feeds\ndata_file = {}\n"


def pytest_runtest_logstart(nodeid: str) -> None:
    """What runs from now on is this test's; the cases of one are not told apart."""
    if measured := Coverage.current():
        measured.switch_context(nodeid.partition("[")[0])


def touching(copy: Path, files: Sequence[str], tests: Sequence[str]) -> dict[str, dict[int, list[str]]]:
    """For each file its lines, and for each of them the tests that ran it."""
    settings, kept = copy / "touching.ini", copy / "touching.db"
    settings.write_text(_SETTINGS.format(kept))
    run = ["coverage", "run", f"--rcfile={settings}", "-m", "pytest", "-q", "-p", "tests.touching"]
    subprocess.run(
        [sys.executable, "-m", *run, "-p", "no:cacheprovider", *tests],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    data = CoverageData(str(kept))
    data.read()
    return {name: _lines(data.contexts_by_lineno(str(copy / name))) for name in files}


def _lines(found: Mapping[int, Sequence[str]]) -> dict[int, list[str]]:
    return {line: sorted(filter(None, tests)) for line, tests in found.items()}


def of_line(lines: Mapping[int, Sequence[str]], line: int, most: int) -> list[str]:
    """Tests that run a line, or the statement before it of which it may be a part: `most` of them, spread evenly."""
    begun = [known for known in lines if known <= line]
    tests = lines[max(begun)] if begun else []
    return list(tests[:: max(1, -(-len(tests) // most))])
