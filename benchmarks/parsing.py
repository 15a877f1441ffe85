"""Papers a second for each kind of digest, cleaning included, beside json.loads and feedparser alone.

`python -m benchmarks.parsing` reads the recorded data; the best of five runs, in CPU time:
other work only ever slows one down.
"""

import json
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import feedparser  # type: ignore[import-untyped]  # it ships no types

from feeds.digests import parse_digest

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
RUNS = 5
GOAL = 5_000
"""Papers a second from the Daily Papers API."""

KINDS = {
    "huggingface": "hf_api/days/*.json",
    "huggingface-page": "hf_html/papers_list*.html",
    "page-text": "page_text/*",
    "arxiv-feed": "arxiv_rss/*.xml",
    "arxiv-api": "arxiv_api/*.xml",
    "arxiv-mail": "mail/*",
    "feed": "feeds/labs/*.xml",
}
"""Kind to the files that are read; each is recognised by itself too."""


def best(work: Callable[[], int]) -> tuple[int, float]:
    """What the work counted, and its shortest CPU time in seconds."""
    count, shortest = 0, float("inf")
    for _ in range(RUNS):
        started = time.process_time()
        count = work()
        shortest = min(shortest, time.process_time() - started)
    return count, shortest


def papers(answers: Iterable[bytes]) -> int:
    return sum(len(parse_digest(answer).papers) for answer in answers)


def loaded(answers: Iterable[bytes]) -> int:
    return sum(len(json.loads(answer)) for answer in answers)


def fed(answers: Iterable[bytes]) -> int:
    return sum(len(feedparser.parse(answer).entries) for answer in answers)


def main() -> None:
    print(f"{'kind':17} {'files':>5} {'MB':>5} {'papers':>6} {'papers/s':>9}   alone")
    for kind, pattern in KINDS.items():
        answers = [path.read_bytes() for path in sorted(DATA.glob(pattern))]
        count, seconds = best(partial(papers, answers))
        print(
            f"{kind:17} {len(answers):>5} {sum(map(len, answers)) / 1e6:>5.1f} {count:>6} {count / seconds:>9,.0f}"
            f"   {_alone(kind, answers)}"
        )
        if kind == "huggingface" and count / seconds < GOAL:
            print(f"  below the goal of {GOAL:,}")


def _alone(kind: str, answers: list[bytes]) -> str:
    """What a library does with the same bytes, cleaning nothing."""
    if kind == "huggingface":
        count, seconds = best(partial(loaded, answers))
        return f"json.loads {count / seconds:,.0f}"
    if kind in {"arxiv-feed", "arxiv-api", "feed"}:
        count, seconds = best(partial(fed, answers))
        return f"feedparser {count / seconds:,.0f}"
    return ""


if __name__ == "__main__":
    main()
