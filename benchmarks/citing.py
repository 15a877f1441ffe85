"""The recorded papers taken home and read back: the same titles, authors, years and ids, by bibtexparser and rispy.

`python -m benchmarks.citing` takes two minutes, nearly all of it bibtexparser's and pylatexenc's.
"""

import sys
import time
from dataclasses import replace
from datetime import UTC, datetime

from benchmarks.subscriptions import papers
from feeds.citation import FORMS, cite
from feeds.paper import Paper
from feeds.text import plain
from tests.feeds.citation.test_citation import READERS, meant


def main() -> int:
    some = [_cleaned(paper) for paper in papers()]
    wrong = 0
    for form in FORMS:
        began = time.process_time()
        text = cite(some, form)
        wrote = time.process_time() - began
        read = READERS[form](text)
        keys = [one.key for one in read]
        differ = [(a, b) for a, b in zip(read, meant(some, form, keys), strict=True) if a != b]
        wrong += len(differ) + len(some) - len(set(keys))
        print(f"{form:7} {len(read):,} papers, {len(text) / 1e6:.1f} MB written in {wrote:.2f} s, {len(differ)} differ")
        for a, b in differ[:3]:
            print(f"  read  {a}\n  meant {b}")
    return 1 if wrong else 0


def _cleaned(paper: Paper) -> Paper:
    """As the store has it: plain text, and a date of its own."""
    texts = {"title": plain(paper.title), "abstract": plain(paper.abstract)}
    return replace(paper, **texts, authors=tuple(map(plain, paper.authors)), published=datetime(2025, 3, 4, tzinfo=UTC))


if __name__ == "__main__":
    sys.exit(main())
