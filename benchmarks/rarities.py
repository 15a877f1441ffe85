"""Make the table of rarities anew from the recorded corpus: python -m benchmarks.rarities.

Writes feeds/likeness/rarities.txt: how many papers there were, then a line for each number of papers, the highest
first, with the words and pairs that stand in so many, tabs between. A new table changes every score: a database that
keeps bounds of references would have to work them out again.
"""

from collections import Counter
from pathlib import Path

import feeds.likeness
from benchmarks.fill_archive import corpus
from feeds.likeness.words import terms

TERMS = 15_000


def main() -> None:
    papers = [paper for paper, _ in corpus()]
    counts = Counter(term for paper in papers for term in set(terms(paper)))
    chosen = sorted(counts, key=lambda term: (-counts[term], term))[:TERMS]
    by_count: dict[int, list[str]] = {}
    for term in chosen:
        by_count.setdefault(counts[term], []).append(term)
    lines = [str(len(papers)), *("\t".join([str(count), *some]) for count, some in by_count.items())]
    path = Path(feeds.likeness.__file__).with_name("rarities.txt")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(chosen)} of {len(counts)} terms, down to {counts[chosen[-1]]} papers: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
