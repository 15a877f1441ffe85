"""What stands in the code for a reason, taken out of a copy of the project: the test that is named beside it must fail.

tests/defences.py and tests/mends are tables of it.
"""

import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.throwaway import ROOT, copied

LONGEST = 120
"""Seconds of one test: what keeps from hanging is missed as well where nothing ends."""


_PURE = "tests/feeds/"
_BY_THEMSELVES = ["--noconftest", "--hypothesis-profile=ci"]
"""How tests of pure functions are run: what the others have in common takes three times as long to load as they do."""


class Out(NamedTuple):
    """One of them."""

    row: str
    """What it is for: the number of a row, or its name."""
    file: str
    changes: tuple[tuple[str, str], ...]
    """What stands there, and what is put in its place."""
    test: str
    """A test by its path and name; `-k WORD` after it chooses among its rows."""


def out(row: int | str, file: str, old: str, new: str, test: str, *more: tuple[str, str]) -> Out:
    """One of them, with its changes one after the other."""
    return Out(str(row), file, ((old, new), *more), test)


def main(table: Iterable[Out], rows: Sequence[str]) -> int:
    """Each of a table, or those of some rows. 0: a test fails for each; 1: one is missed by nobody."""
    chosen = [one for one in table if not rows or one.row in rows]
    with copied() as copy:
        missed = [misses(copy, one) for one in chosen]
    print(f"{sum(missed)} of {len(chosen)} are missed", flush=True)
    return 0 if all(missed) else 1


def misses(copy: Path, one: Out) -> bool:
    """Whether the test fails without it."""
    path = copy / one.file
    text = whole = path.read_text()
    for old, new in one.changes:
        text = text.replace(old, new, 1)
    path.write_text(text)
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", f"--timeout={LONGEST}"]
    command += _BY_THEMSELVES if one.test.startswith(_PURE) else []
    done = subprocess.run([*command, *one.test.split()], cwd=copy, capture_output=True, text=True, check=False)
    path.write_text(whole)
    said = (done.stdout + done.stderr).splitlines()
    why = next((line for line in said if line.startswith("E  ")), said[-1] if said else "")
    verdict = "missed" if done.returncode == 1 else "MISSED BY NOBODY"
    print(f"{one.row} {verdict}: {one.test}\n    {' '.join(why.split())[:110]}", flush=True)
    return done.returncode == 1


def stale(one: Out) -> str:
    """Why it cannot be taken out as it says; empty: each old text stands once in its file, and the test is there."""
    text = (ROOT / one.file).read_text()
    if wrong := [old for old, _ in one.changes if text.count(old) != 1]:
        return f"{one.row}: {wrong[0]!r} stands {text.count(wrong[0])} times in {one.file}"
    path, _, name = one.test.split()[0].partition("::")
    there = (ROOT / path).is_file() and (not name or f"def {name}(" in (ROOT / path).read_text())
    return "" if there else f"{one.row}: there is no {one.test}"
