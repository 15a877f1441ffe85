"""How long it takes to know every match of 100 new papers, for 100 to 1,000,000 subscriptions, against other ways.

`python -m benchmarks.matching [most]`. Real abstracts, the mix of benchmarks.subscriptions, medians of five. The
subscriptions are compiled once into a SQLite table beside their text; what reads them there is a process of its own,
so that its memory is seen.
"""

import gc
import math
import multiprocessing
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import ahocorasick_rs

from benchmarks.subscriptions import papers, subscriptions
from feeds.match import Batch, Subscriptions, match
from feeds.paper import Paper
from feeds.query import Query, parse_query
from feeds.query.tree import And, Node, Not, Or, Term

_PAPERS = 100
_SAMPLE = 1_000
"""Queries that the substring loop is measured on; its cost is a query's times their number."""
_PARSED = 5_000
_Kind = Callable[[Iterable[tuple[int, Query]]], Mapping[int, Query]]


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    corpus = papers()
    new = corpus[-_PAPERS:]
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "subscriptions.db"
        start = time.perf_counter()
        _fill(store, subscriptions(most, corpus))
        print(f"{most:,} subscriptions made, compiled and stored in {time.perf_counter() - start:.1f} s")
        for part in (_print_columns, _print_dictionary, _print_streaming, _print_others):
            process = multiprocessing.get_context("spawn").Process(target=part, args=(store, new, most))
            process.start()
            process.join()


def _fill(path: Path, queries: Iterable[Query]) -> None:
    with sqlite3.connect(path) as store:
        store.execute("CREATE TABLE subscription (id INTEGER PRIMARY KEY, text TEXT, compiled TEXT)")
        rows = ((query.text, query.compiled) for query in queries)
        store.executemany("INSERT INTO subscription (text, compiled) VALUES (?, ?)", rows)


def _print_columns(path: Path, new: list[Paper], most: int) -> None:
    _print_table("Subscriptions, kept as columns", Subscriptions, path, new, most)


def _print_dictionary(path: Path, new: list[Paper], most: int) -> None:
    _print_table("a dictionary of queries", dict, path, new, most)


def _print_table(name: str, kind: _Kind, path: Path, new: list[Paper], most: int) -> None:
    sample = list(_stored(path, _SAMPLE))
    loop = _seconds(lambda: _substrings(sample, new)) / len(sample)
    print(f"\n{name}\n{'queries':>9} {'load, s':>8} {'match, s':>9} {'loop, s':>9} {'times':>6} {'MB':>5}")
    cost = {}
    for number in (10**n for n in range(2, 7) if 10**n <= most):
        start = time.perf_counter()
        queries = kind((key, query) for key, query in enumerate(_stored(path, number)))
        load = time.perf_counter() - start
        cost[number] = _seconds(lambda queries=queries: match(queries, new))
        times = loop * number / cost[number]
        print(f"{number:>9,} {load:>8.2f} {cost[number]:>9.4f} {loop * number:>9.2f} {times:>6.0f} {_memory():>5}")
    print(f"cost grows as N^{_exponent(cost):.2f}; the loop is measured on {_SAMPLE:,} queries and multiplied")
    print(f"peak memory {_peak()} MB")


def _print_others(path: Path, new: list[Paper], most: int) -> None:
    _print_aho_corasick(_stored(path, most), new)
    texts = [query.text for query in _stored(path, _PARSED)]
    parsing = _seconds(lambda: [parse_query(text) for text in texts], rounds=1) / len(texts)
    print(f"parsing and compiling {parsing * 1e6:.0f} us a query")


def _print_streaming(path: Path, new: list[Paper], most: int) -> None:
    codes = (code for (code,) in sqlite3.connect(path).execute("SELECT compiled FROM subscription"))
    start = time.perf_counter()
    hits = sum(bool(bits) for bits in Batch(new).stream(codes))
    print(
        f"\nstreamed from SQLite: {time.perf_counter() - start:.2f} s, peak memory {_peak()} MB, {hits:,} with a match"
    )


def _stored(path: Path, number: int) -> Iterator[Query]:
    rows = sqlite3.connect(path).execute("SELECT text, compiled FROM subscription LIMIT ?", (number,))
    return (Query.stored(*row) for row in rows)


def _substrings(queries: Sequence[Query], new: Sequence[Paper]) -> int:
    """What existing bots do: each keyword, each paper, `in text.lower()`."""
    trees = [query.tree for query in queries]
    return sum(_holds(tree, paper) for tree in trees for paper in new)


def _holds(node: Node, paper: Paper) -> bool:
    match node:
        case And(items):
            return all(_holds(item, paper) for item in items)
        case Or(items):
            return any(_holds(item, paper) for item in items)
        case Not(item):
            return not _holds(item, paper)
        case Term(_, text):
            return text.lower() in f"{paper.title} {paper.abstract}".lower()
    return False


def _print_aho_corasick(queries: Iterable[Query], new: Sequence[Paper]) -> None:
    """Every term found as a substring; words, inflections and AND, OR, NOT are not yet looked at."""
    terms = {leaf.partition("\t")[2][2:].partition(",")[0] for query in queries for leaf in query.leaves}
    start = time.perf_counter()
    automaton = ahocorasick_rs.AhoCorasick(sorted(terms))
    build = time.perf_counter() - start
    texts = [f"{paper.title} {paper.abstract}".lower() for paper in new]
    scan = _seconds(lambda: [automaton.find_matches_as_indexes(text, overlapping=True) for text in texts])
    print(f"Aho-Corasick: {len(terms):,} terms built in {build:.2f} s, found as substrings in {scan:.4f} s, no more")


def _seconds(work: Callable[[], object], rounds: int = 5) -> float:
    times = []
    for _ in range(rounds):
        gc.collect()
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _exponent(cost: dict[int, float]) -> float:
    """The slope of a line through the logarithms."""
    xs, ys = [math.log(n) for n in cost], [math.log(seconds) for seconds in cost.values()]
    mean_x, mean_y = statistics.mean(xs), statistics.mean(ys)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / sum((x - mean_x) ** 2 for x in xs)


def _memory() -> int:
    """Megabytes resident now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() >> 20


def _peak() -> int:
    """Megabytes resident at most, since this process began."""
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) >> 10


if __name__ == "__main__":
    main()
