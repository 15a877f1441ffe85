"""How long it takes to know every match of 100 new papers, for 100 to 1,000,000 subscriptions, against other ways.

`python -m benchmarks.matching [most]`. Real abstracts, the mix of benchmarks.subscriptions, medians of five.
"""

import gc
import math
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import ahocorasick_rs

from benchmarks.subscriptions import papers, subscriptions
from feeds.match import Batch, match
from feeds.paper import Paper
from feeds.query import Query, parse_query
from feeds.query.tree import And, Node, Not, Or, Term

_PAPERS = 100
_SAMPLE = 1_000
"""Queries that the substring loop is measured on; its cost is a query's times their number."""
_PARSED = 5_000


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    corpus = papers()
    new, known = corpus[-_PAPERS:], corpus
    start = time.perf_counter()
    queries = list(subscriptions(most, known))
    print(f"{most:,} subscriptions made and compiled in {time.perf_counter() - start:.1f} s, {_memory()} MB in use")
    _print_table(queries, new)
    _print_parsing(queries)
    _print_streaming(queries, new)
    print(f"peak memory {_peak()} MB")


def _print_table(queries: list[Query], new: list[Paper]) -> None:
    loop = _seconds(lambda: _substrings(queries[:_SAMPLE], new)) / min(_SAMPLE, len(queries))
    print(
        f"\n{'queries':>9} {'leaves':>8} {'match, s':>9} {'Aho-C., s':>9} {'build, s':>8} {'loop, s':>9} {'times':>6}"
    )
    cost = {}
    for number in (10**n for n in range(2, 7) if 10**n <= len(queries)):
        some = dict(enumerate(queries[:number]))
        cost[number] = _seconds(lambda some=some: match(some, new))
        leaves = {step for query in some.values() for step in query.steps if step.kind}
        build, scan = _aho_corasick(some.values(), new)
        print(
            f"{number:>9,} {len(leaves):>8,} {cost[number]:>9.4f} {scan:>9.4f} {build:>8.2f} {loop * number:>9.2f} "
            f"{loop * number / cost[number]:>6.0f}"
        )
    print(f"cost grows as N^{_exponent(cost):.2f}; the loop is measured on {_SAMPLE:,} queries and multiplied")
    print("Aho-Corasick: finding every term's substring; words, inflections and AND, OR, NOT are not yet looked at")


def _print_parsing(queries: Sequence[Query]) -> None:
    texts = [query.text for query in queries[:_PARSED]]
    compiled = [(query.text, query.compiled) for query in queries]
    parsing = _seconds(lambda: [parse_query(text) for text in texts], rounds=1) / len(texts)
    loading = _seconds(lambda: [Query.stored(*one) for one in compiled], rounds=1) / len(compiled)
    print(f"\nparsing and compiling {parsing * 1e6:.0f} us a query, loading a compiled one {loading * 1e6:.1f} us")


def _print_streaming(queries: Sequence[Query], new: list[Paper]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = sqlite3.connect(Path(folder) / "queries.db")
        store.execute("CREATE TABLE subscription (id INTEGER PRIMARY KEY, text TEXT, compiled TEXT)")
        rows = ((query.text, query.compiled) for query in queries)
        store.executemany("INSERT INTO subscription (text, compiled) VALUES (?, ?)", rows)
        store.commit()
        before, start = _memory(), time.perf_counter()
        hits = sum(bool(bits) for bits in Batch(new).stream(code for (code,) in store.execute(_COMPILED)))
        print(
            f"streamed from SQLite: {time.perf_counter() - start:.2f} s, {_memory() - before} MB more, "
            f"{hits:,} of {len(queries):,} matched something"
        )


_COMPILED = "SELECT compiled FROM subscription"


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


def _aho_corasick(queries: Sequence[Query], new: Sequence[Paper]) -> tuple[float, float]:
    """Seconds to build the automaton and to find every term as a substring."""
    terms = {step.wanted.partition(",")[0] for query in queries for step in query.steps if step.kind}
    start = time.perf_counter()
    automaton = ahocorasick_rs.AhoCorasick(sorted(terms))
    build = time.perf_counter() - start
    texts = [f"{paper.title} {paper.abstract}".lower() for paper in new]
    return build, _seconds(lambda: [automaton.find_matches_as_indexes(text, overlapping=True) for text in texts])


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
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


if __name__ == "__main__":
    main()
