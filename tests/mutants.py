"""Mutants of the language, the matcher, delivery, the outbox: a test must fail. `python -m tests.mutants [N] [SEED]`.

N of them, a quarter a package: places are drawn evenly, then one of cosmic-ray's mutations of that place. Each lives in
a copy of the project, and is asked of the tests that touch its line, in this process or in one that they start, the
quickest first; where its line runs as a module is loaded, of those that touch its file. Left out are those of
annotations, of a comparison into one of identity, or of that into one of equality, of the decorators of caches, which
keep what is the same anyhow, and of the `strict` of a zip, whose sides are of one length as it is, as no test could see
them; and those that are no Python, as every test would. Of those that live, tests/mutants_explained.py says which may,
and why.

What touches what takes minutes to find out: `python -m tests.mutants 60 0 FILE` keeps it there, or reads it.
"""

import ast
import importlib.util
import random
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path
from typing import NamedTuple

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from tests.mutants_explained import explained
from tests.throwaway import copied
from tests.touching import Touching, touching
from tests.warm import COLD, HANGS, Answer, Warm

LONGEST = 90
"""Seconds of one test: a mutant that hangs is seen as well."""
PATIENCE, LONG_PATIENCE = 20.0, 600.0
"""Seconds of tests for each mutant at first, and for each of those that live on."""
FEW = 50
"""Tests that are asked at first where all must be loaded anew."""
CACHES = {"cache", "lru_cache"}
UNSEEN = ("_Is", "_IsNot", "_Is_Eq", "_IsNot_NotEq")
"""Operators end so that change nothing: what is compared by identity is None, or of an enumeration."""
UNLOADED = "it cannot even be loaded"
HOUSE = "tests/test_architecture.py::test_values_are_frozen_and_have_their_slots_but_those_that_are_named_here"
"""Touches no line, and sees what stands there."""
PURE = ("tests/feeds/query", "tests/feeds/test_match.py", "tests/feeds/test_match_oracle.py")
PURE += ("tests/feeds/test_likeness.py", "tests/feeds/test_library.py", HOUSE)
SENDING = ("tests/bot/delivery", "tests/bot/store", "tests/bot/engine", "tests/bot/test_state_of_now.py")
SENDING += ("tests/bot/test_wrong_clocks.py", "tests/bot/test_recovery.py", "tests/bot/test_way_out.py")
SENDING += ("tests/bot/watch", "tests/bot/chat", "tests/bot/commands", "tests/bot/web/test_metrics.py", HOUSE)
PACKAGES = {"feeds/query": PURE, "feeds/match": PURE, "bot/delivery": SENDING, "bot/store/outbox": SENDING}
"""Which tests see a package."""


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


def main(count: int = 60, seed: int = 0, kept: str = "") -> int:
    """0: at least nine of ten are killed; 1: fewer."""
    print(f"{count} mutants, seed {seed}", flush=True)
    drawn = random.Random(seed)
    with copied() as copy:
        chosen = {package: sample(copy, package, count // len(PACKAGES), drawn) for package in PACKAGES}
        touched = touching(copy, sorted({test for tests in PACKAGES.values() for test in tests}), Path(kept or copy))
        lived: list[Mutant] = []
        for tests, packages in groupby(PACKAGES, PACKAGES.__getitem__):
            with Warm(copy, tests, LONGEST) as warm:
                asked = Asked(copy, warm, touched)
                left = asked.told([one for package in packages for one in chosen[package]], PATIENCE)
                lived += asked.told([one for one in left if not asked.why(one)], LONG_PATIENCE)
                lived += [one for one in left if asked.why(one)]
        whys = [asked.why(one) for one in lived]
    asked_about = sum(map(len, chosen.values()))
    print(f"{asked_about - len(lived)} of {asked_about} killed; of the others {sum(map(bool, whys))} may live")
    print(*(f"{one} {why or 'lives'}" for one, why in zip(lived, whys, strict=True)), sep="\n", flush=True)
    return 1 if 10 * len(lived) > asked_about else 0


class Asked:
    """Asks the tests of some packages, and remembers how long each took and which fail without any mutant."""

    def __init__(self, copy: Path, warm: Warm, touched: Touching) -> None:
        if not warm.tests:
            raise RuntimeError("nothing can be loaded as it is")
        self._copy, self._warm, self._touched = copy, warm, touched
        self._known = set(warm.tests)
        self._sound: set[str] = {COLD, HANGS, UNLOADED}
        self._seconds: dict[str, float] = {}

    def told(self, mutants: Sequence[Mutant], patience: float) -> list[Mutant]:
        """Those that live after so many seconds of tests; what becomes of each is told."""
        lived = []
        for number, mutant in enumerate(mutants, 1):
            began = time.monotonic()
            killer = self._killer(mutant, patience)
            lived += [] if killer else [mutant]
            verdict = killer or self.why(mutant) or "lives"
            print(f"{number:3} {mutant} {verdict} ({time.monotonic() - began:.0f} s)", flush=True)
        return lived

    def why(self, mutant: Mutant) -> str:
        """Why it may live; empty: nobody knows."""
        return explained(mutant.file, (self._copy / mutant.file).read_text(), mutated(self._copy, mutant))

    def _killer(self, mutant: Mutant, patience: float) -> str:
        """The first test that fails with it and not without it; empty: none does."""
        path = self._copy / mutant.file
        whole = path.read_text()
        while True:
            change(path, mutated(self._copy, mutant))
            killer = self._of_its_line(mutant, whole, patience)
            change(path, whole)
            if not killer or killer in self._sound or not self._warm.ask(path, whole, [killer], patience).killer:
                self._sound.add(killer)
                return killer
            self._known.discard(killer)

    def _of_its_line(self, mutant: Mutant, whole: str, patience: float) -> str:
        its, at_loading = self._touched.of_line(mutant.file, mutant.line)
        quick = self._quickest(its)
        answer = self._warm.ask(self._copy / mutant.file, whole, quick, patience) if quick else Answer(COLD, {})
        self._seconds.update(answer.seconds)
        if answer.killer != COLD and (answer.killer or not at_loading):
            return answer.killer
        return self._of_its_file(mutant, patience)

    def _of_its_file(self, mutant: Mutant, patience: float) -> str:
        """The same, of a process that has loaded nothing before."""
        others = self._quickest(self._touched.of_file(mutant.file))
        tests = [HOUSE, *others[: FEW if patience == PATIENCE else None]]
        with Warm(self._copy, sorted({test.partition("::")[0] for test in tests}), LONGEST) as cold:
            if not cold.tests:
                return UNLOADED
            path, known = self._copy / mutant.file, set(cold.tests)
            answer = cold.ask(path, path.read_text(), [test for test in tests if test in known], patience)
        self._seconds.update(answer.seconds)
        return answer.killer

    def _quickest(self, tests: set[str]) -> list[str]:
        """Those that took the least come first; it is guessed of others, and those that want a server come last."""
        return sorted(tests & self._known, key=lambda test: (self._seconds.get(test, self._guessed(test)), test))

    def _guessed(self, test: str) -> float:
        return self._touched.breadth.get(test, 0) / 100 + ("[postgres" in test)


def change(path: Path, text: str) -> None:
    path.write_text(text)
    # Python tells a file from another of the same size and second by nothing.
    Path(importlib.util.cache_from_source(str(path))).unlink(missing_ok=True)


def sample(copy: Path, package: str, count: int, drawn: random.Random) -> list[Mutant]:
    """Mutants of different places of a package."""
    found = [one for path in sorted((copy / package).glob("**/*.py")) for one in mutants_of(copy, package, path)]
    places = [list(same) for _, same in groupby(sorted(found), lambda one: one[:4])]
    drawn.shuffle(places)
    runs = (one for place in places if (one := drawn.choice(place)) and is_python(mutated(copy, one)))
    return list(islice(runs, count))


def mutants_of(copy: Path, package: str, path: Path) -> Iterator[Mutant]:
    source = path.read_text()
    nowhere = unseen(source)
    nodes = list(ast_nodes(get_ast(source)))
    for name in operator_names():
        operator = get_operator(name)
        if operator.arguments() or name.endswith(UNSEEN):
            continue
        places = (start for node in nodes for start, _ in operator().mutation_positions(node))
        for occurrence, (line, column) in enumerate(places):
            if not any(first <= (line, column) < last for first, last in nowhere):
                yield Mutant(package, str(path.relative_to(copy)), line, column, name, occurrence)


def unseen(source: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """From where to where stands what no test can see."""
    found: list[ast.expr] = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.AnnAssign(annotation=note) | ast.arg(annotation=ast.expr() as note):
                found.append(note)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                found += [node.returns] if node.returns else []
                found += [one for one in node.decorator_list if ast.unparse(one).partition("(")[0] in CACHES]
            case ast.Call(func=ast.Name("zip")):
                found += [one.value for one in node.keywords]
    return [((one.lineno, one.col_offset - 1), (one.end_lineno or 0, one.end_col_offset or 0)) for one in found]


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


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3]), *sys.argv[3:]))
