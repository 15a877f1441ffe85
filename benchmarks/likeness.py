"""How good likeness is, and what it costs, on the recorded corpus: python -m benchmarks.likeness, or make likeness.

Every method gives a score for two papers; the same questions are asked of each. A question's papers are drawn by a
fixed seed. docs/likeness.md says what is asked.
"""

import math
import random
import time
import tracemalloc
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from statistics import mean, median, quantiles
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from benchmarks.fill_archive import corpus
from feeds.likeness.among import Among
from feeds.likeness.index import Index
from feeds.likeness.reference import Reference, bound_of, names_of
from feeds.likeness.vector import ONE, Vector, vector_of
from feeds.paper import Paper

_TOKEN = r"(?u)\b\w+\b"


@dataclass(frozen=True)
class Method:
    """What papers ask with, and what they are asked by: a score is a product of rows."""

    name: str
    asking: csr_matrix
    asked: csr_matrix


def methods(papers: Sequence[Paper]) -> Iterator[Method]:
    texts = [f"{paper.title}\n{paper.abstract}" for paper in papers]
    noise = csr_matrix(np.random.default_rng(1).random((len(papers), 1)))
    yield Method("random", csr_matrix(np.ones((len(papers), 1))), noise)
    yield Method("BM25", *_bm25(texts))
    tfidf = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), token_pattern=_TOKEN).fit_transform(texts)
    yield Method("TF-IDF of scikit-learn", tfidf, tfidf)
    ours = _rows(list(map(vector_of, papers)))
    yield Method("feeds.likeness", ours, ours)


def _bm25(texts: Sequence[str], k: float = 1.2, b: float = 0.75) -> tuple[csr_matrix, csr_matrix]:
    counts = csr_matrix(CountVectorizer(token_pattern=_TOKEN).fit_transform(texts), dtype=float)
    lengths = counts.sum(axis=1).A1
    held = (counts > 0).sum(axis=0).A1
    rarity = np.log(1 + (len(texts) - held + 0.5) / (held + 0.5))
    rows = np.repeat(np.arange(len(texts)), np.diff(counts.indptr))
    weighed = counts.copy()
    weighed.data = counts.data * (k + 1) / (counts.data + k * (1 - b + b * lengths[rows] / lengths.mean()))
    return (counts > 0).astype(float), weighed @ diags(rarity)


def _rows(vectors: Sequence[Vector]) -> csr_matrix:
    column: dict[int, int] = {}
    columns = [column.setdefault(term, len(column)) for one in vectors for term in one.terms]
    weights = [weight for one in vectors for weight in one.weights]
    ends = np.cumsum([0, *(len(one.terms) for one in vectors)])
    return csr_matrix((np.array(weights, dtype=float), columns, ends), shape=(len(vectors), len(column)))


def keywords(papers: Sequence[Paper], one: Method, asked: int = 1_000) -> float:
    """nDCG@10 of papers that share a keyword which 2 to 100 papers have."""
    holders = defaultdict(set)
    for number, paper in enumerate(papers):
        for keyword in paper.keywords:
            holders[keyword.lower().strip()].add(number)
    wanted = defaultdict(set)
    for some in holders.values():
        for number in some if 2 <= len(some) <= 100 else ():
            wanted[number] |= some - {number}
    found = []
    for number in random.Random(1).sample(sorted(wanted), asked):
        scores = (one.asked @ one.asking[number].T).toarray().ravel()
        scores[number] = -1
        best = np.argsort(-scores, kind="stable")[:10]
        gain = sum(1 / math.log2(place + 2) for place, other in enumerate(best) if other in wanted[number])
        found.append(gain / sum(1 / math.log2(place + 2) for place in range(min(10, len(wanted[number])))))
    return mean(found)


@dataclass(frozen=True)
class Author:
    """A library, what came in the half year after it, and which of that is the author's own."""

    library: Sequence[int]
    """Newest first."""
    candidates: Sequence[int]
    wanted: frozenset[int]


def authors(papers: Sequence[Paper], least: int, most: int = 300) -> list[Author]:
    """Of those with so many papers: the first 60 % are the library."""
    days = np.array([paper.announced.toordinal() for paper in papers if paper.announced])
    by_name = defaultdict(list)
    for number, paper in enumerate(papers):
        for name in set(paper.authors):
            by_name[name].append(number)
    names = sorted(name for name, some in by_name.items() if len(some) >= least)
    random.Random(2).shuffle(names)
    found = []
    for name in names:
        mine = sorted(by_name[name], key=lambda number: (days[number], number))
        library = mine[: int(len(mine) * 0.6)]
        last = days[library[-1]]
        candidates = np.where((days > last) & (days <= last + 180))[0]
        if wanted := frozenset(mine) & frozenset(candidates.tolist()):
            found.append(Author(library[::-1], candidates, wanted))
        if len(found) == most:
            break
    return found


def by_library(some: Sequence[Author], one: Method, weight: Callable[[int], float]) -> tuple[float, float]:
    """MAP of the authors' next papers, and the share of them that is found in the top 5 %."""
    precisions, found = [], []
    for author in some:
        weights = csr_matrix([weight(place) for place in range(1, len(author.library) + 1)])
        centre = weights @ one.asking[author.library]
        scores = (one.asked[author.candidates] @ centre.T).toarray().ravel()
        order = np.argsort(-scores, kind="stable")
        places = [place for place, at in enumerate(order, 1) if int(author.candidates[at]) in author.wanted]
        precisions.append(mean(number / place for number, place in enumerate(places, 1)))
        found.append(mean(place <= 0.05 * len(order) for place in places))
    return mean(precisions), mean(found)


def standing(papers: Sequence[Paper], asked: int = 250) -> None:
    """A year of `similar:`: how many a week for each of some references, by the year before each."""
    vectors = list(map(vector_of, papers))
    last = max(paper.announced for paper in papers if paper.announced)
    begins = last - timedelta(days=365)
    before = [n for n, p in enumerate(papers) if p.announced and begins - timedelta(days=365) < p.announced <= begins]
    after = [number for number, paper in enumerate(papers) if paper.announced and paper.announced > begins]
    drawn = random.Random(3).sample(before, asked)
    year, coming = Index(vectors[number] for number in before), Index(vectors[number] for number in after)
    for times in (1, 2, 3):
        bounds, weekly = [], []
        for number in drawn:
            scores = year.scores(vectors[number])
            scores.pop(before.index(number))
            bounds.append(bound_of(scores, times))
            weekly.append(sum(score >= bounds[-1] for score in coming.scores(vectors[number])) * 7 / 365)
        tenths = [f"{value:.2f}" for value in quantiles(weekly, n=10)]
        scale = [f"{value / ONE:.3f}" for value in quantiles(bounds, n=4)]
        print(
            f"similar:ID*{times} over a year, {asked} references: {mean(weekly):.2f} papers a week on average, "
            f"tenths {' '.join(tenths)}, most {max(weekly):.1f}; none at all: {sum(not one for one in weekly)}; "
            f"bounds' quarters {' '.join(scale)}"
        )


def costs(papers: Sequence[Paper]) -> None:
    """Time and memory."""
    vector_of(papers[0])
    began = time.process_time()
    index = Index(map(vector_of, papers))
    print(f"index of {len(papers)} papers: {time.process_time() - began:.1f} s CPU")
    some = list(map(vector_of, papers[:50]))
    print(f"nearest of all: {_milliseconds(index.scores, some):.1f} ms CPU, scores alone")
    texts = papers[-150:-100]
    print(f"nearest of all: {_milliseconds(partial(_nearest, index), texts):.1f} ms CPU, from a paper's text")
    day = papers[-100:]
    for count in (1_000, 10_000):
        references = {
            str(number): Reference(vector_of(one), 50_000_000, names_of(one))
            for number, one in enumerate(papers[:count])
        }
        began = time.process_time()
        among = Among(day, references.get)
        hits = sum(among.near(name).bit_count() for name in references)
        print(f"a day of 100 papers, {count} references: {time.process_time() - began:.2f} s CPU, {hits} hits")
    began = time.process_time()
    for one in day:
        vector_of(one)
    print(f"a day of 100 papers, vectors alone: {(time.process_time() - began) * 1e3:.0f} ms CPU")
    tracemalloc.start()
    kept = Index(map(vector_of, papers[:14_000]))
    print(
        "index: {:.0f} MB, {:.0f} at most while it is made".format(
            *(one / 1e6 for one in tracemalloc.get_traced_memory())
        )
    )
    tracemalloc.stop()
    del kept


def _nearest(index: Index, paper: Paper) -> list[int]:
    scores = index.scores(vector_of(paper))
    return sorted(range(len(scores)), key=scores.__getitem__)[-10:]


def _milliseconds(work: Callable[[Any], object], some: Sequence[Any]) -> float:
    taken = []
    for one in some:
        began = time.process_time()
        work(one)
        taken.append(time.process_time() - began)
    return median(taken) * 1e3


def main() -> None:
    """The table."""
    papers = [replace(paper, announced=day) for paper, day in corpus()]
    costs(papers)
    standing(papers)
    few, many = authors(papers, 5), authors(papers, 13)
    for some in (few, many):
        print(
            f"{len(some)} authors, library of {median(len(one.library) for one in some):.0f} papers (median), "
            f"{median(len(one.candidates) for one in some):.0f} candidates"
        )
    print(
        f"{'':<24}{'keywords':>9}{'MAP':>7}{'top 5%':>8}{'recent: MAP':>13}{'top 5%':>8}{'long: MAP':>11}{'top 5%':>8}"
    )
    for one in methods(papers):
        plain, recent = by_library(few, one, lambda _: 1), by_library(few, one, lambda place: place**-0.5)
        long = by_library(many, one, lambda place: place**-0.5)
        told = f"{one.name:<24}{keywords(papers, one):>9.3f}{plain[0]:>7.3f}{plain[1]:>8.3f}"
        print(f"{told}{recent[0]:>13.3f}{recent[1]:>8.3f}{long[0]:>11.3f}{long[1]:>8.3f}", flush=True)


if __name__ == "__main__":
    main()
