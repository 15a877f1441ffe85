"""Mutants of the language, the matcher, delivery, the outbox: a test must fail. `python -m tests.mutants [N] [SEED]`.

N of them, a quarter a package: places are drawn evenly, then one of cosmic-ray's mutations of that place. Each lives in
a copy of the project, first with tests that touch its line, then, where they see nothing, with all of its package. Left
out are those of annotations, and of a comparison into one of identity, as no test could see them, and those that are no
Python, as every test would.
"""

import ast
import importlib.util
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import NamedTuple

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from tests.throwaway import copied
from tests.touching import of_line, touching

LONGEST = 90
"""Seconds of one test: a mutant that hangs is seen as well."""

MATCHING = ("tests/feeds/query", "tests/feeds/test_match.py", "tests/feeds/test_match_oracle.py")
ON_SQLITE = ("-k", "not postgres")
SENDING = ("tests/bot/delivery", *ON_SQLITE)
AFTERWARDS = (
    ("tests/bot/store", "tests/bot/test_state_of_now.py", "tests/bot/test_wrong_clocks.py", *ON_SQLITE),
    ("tests/bot/watch", "tests/bot/chat", "tests/bot/web/test_metrics.py", *ON_SQLITE),
    ("tests/bot/test_recovery.py", "tests/bot/test_way_out.py", "tests/bot/commands", *ON_SQLITE),
    ("tests/bot/delivery", "tests/bot/store", "tests/bot/engine", "-k", "postgres"),
)
Steps = tuple[tuple[str, ...], ...]
PACKAGES: dict[str, Steps] = {
    "feeds/query": (MATCHING,),
    "feeds/match": (MATCHING, ("tests/feeds/test_likeness.py", "tests/feeds/test_library.py")),
    "bot/delivery": (SENDING, *AFTERWARDS),
    "bot/store/outbox": (SENDING, *AFTERWARDS),
}
"""Which tests see a package, in steps: the next is asked about what the one before let live."""
AT_MOST = 60
"""Tests that touch a line and are asked first."""


class Mutant(NamedTuple):
    package: str
    file: str
    line: int
    column: int
    operator: str
    occurrence: int

    def __str__(self) -> str:
        """Where it stands, and what it is."""
        return f"{self.file}:{self.line}:{self.column} {self.operator.removeprefix('core/')} {self.occurrence}"


def main(count: int = 60, seed: int = 0) -> int:
    """0: at least nine of ten are killed; 1: fewer."""
    print(f"{count} mutants, seed {seed}", flush=True)
    drawn = random.Random(seed)
    with copied() as copy:
        chosen = [one for package in PACKAGES for one in sample(copy, package, count // len(PACKAGES), drawn)]
        left = told(copy, by_line(copy, chosen))
        lived = told(copy, ((one, PACKAGES[one.package]) for one in left))
    print(f"{len(chosen) - len(lived)} of {len(chosen)} killed", *lived, sep="\n")
    return 1 if 10 * len(lived) > len(chosen) else 0


def by_line(copy: Path, chosen: list[Mutant]) -> Iterator[tuple[Mutant, Steps]]:
    """Each with the tests that touch its line."""
    for package, same in groupby(chosen, lambda one: one.package):
        some = list(same)
        tests = [test for step in PACKAGES[package][:2] for test in step if test not in ON_SQLITE]
        lines = touching(copy, sorted({one.file for one in some}), [*tests, *ON_SQLITE])
        for one in some:
            first = of_line(lines[one.file], one.line, AT_MOST)
            yield one, ((*first, *ON_SQLITE),) if first else ()


def told(copy: Path, asked: Iterable[tuple[Mutant, Steps]]) -> list[Mutant]:
    """Which live on after what each is asked about; each is told."""
    lived = []
    for number, (mutant, steps) in enumerate(asked, 1):
        began = time.monotonic()
        killer = what_kills(copy, mutant, steps)
        lived += [] if killer else [mutant]
        print(f"{number:3} {mutant} {killer or 'lives'} ({time.monotonic() - began:.0f} s)", flush=True)
    return lived


def sample(copy: Path, package: str, count: int, drawn: random.Random) -> list[Mutant]:
    """Mutants of different places of a package."""
    found = [one for path in sorted((copy / package).glob("**/*.py")) for one in mutants_of(copy, package, path)]
    places = [list(same) for _, same in groupby(sorted(found), lambda one: one[:4])]
    drawn.shuffle(places)
    runs = (one for place in places if (one := drawn.choice(place)) and is_python(mutated(copy, one)))
    return list(islice(runs, count))


def mutants_of(copy: Path, package: str, path: Path) -> Iterator[Mutant]:
    source = path.read_text()
    notes = annotated(source)
    nodes = list(ast_nodes(get_ast(source)))
    for name in operator_names():
        operator = get_operator(name)
        if operator.arguments() or name.endswith(("_Is", "_IsNot")):
            continue
        places = (start for node in nodes for start, _ in operator().mutation_positions(node))
        for occurrence, (line, column) in enumerate(places):
            if not any(first <= (line, column) < last for first, last in notes):
                yield Mutant(package, str(path.relative_to(copy)), line, column, name, occurrence)


def annotated(source: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """From where to where there are annotations."""
    nodes = list(ast.walk(ast.parse(source)))
    notes = [node.annotation for node in nodes if isinstance(node, ast.AnnAssign | ast.arg)]
    notes += [node.returns for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [((one.lineno, one.col_offset), (one.end_lineno, one.end_col_offset)) for one in notes if one]


def mutated(copy: Path, mutant: Mutant) -> str:
    changed = mutate_code((copy / mutant.file).read_text(), get_operator(mutant.operator)(), mutant.occurrence)
    if changed is None:
        raise ValueError(f"no such mutant: {mutant}")
    return changed


def is_python(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def what_kills(copy: Path, mutant: Mutant, steps: Steps) -> str:
    """The first test that fails with it; empty: none does."""
    path = copy / mutant.file
    whole = path.read_text()
    path.write_text(mutated(copy, mutant))
    # Python tells a file from another of the same size and second by nothing.
    Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)
    try:
        return next(filter(None, (what_fails(copy, step) for step in steps)), "")
    finally:
        path.write_text(whole)


def what_fails(copy: Path, tests: tuple[str, ...]) -> str:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--hypothesis-profile=mutants"]
    command += [f"--timeout={LONGEST}", "--timeout-method=thread", *tests]
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return ""
    if "while loading conftest" in done.stderr:
        return "it cannot even be imported"
    if done.returncode > 2 and "ERROR collecting" not in done.stdout:
        raise RuntimeError(done.stdout + done.stderr)
    last = next((line for line in reversed(done.stdout.splitlines()) if line.startswith(("FAILED", "ERROR"))), "hangs")
    return last.partition(" - ")[0]


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
