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
from feeds.likeness.vector import ONE, Vector, centroid, vector_of
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


Wanted = dict[int, dict[int, float]]
"""By paper: which others it wants, and what each is worth."""


def sharing(papers: Sequence[Paper]) -> Wanted:
    """Papers that share a keyword which 2 to 100 papers have: worth the rarity of each."""
    holders = defaultdict(set)
    for number, paper in enumerate(papers):
        for keyword in paper.keywords:
            holders[keyword.lower().strip()].add(number)
    wanted: Wanted = defaultdict(dict)
    for some in holders.values():
        for number in some if 2 <= len(some) <= 100 else ():
            for other in some - {number}:
                wanted[number][other] = wanted[number].get(other, 0.0) + math.log(len(papers) / len(some))
    return wanted


def keywords(wanted: Wanted, one: Method, asked: Sequence[int]) -> tuple[float, float]:
    """nDCG@10 of the papers wanted: each worth as much as any other, and each worth what it is."""
    alike, weighted = [], []
    for number in asked:
        scores = (one.asked @ one.asking[number].T).toarray().ravel()
        scores[number] = -1
        best = np.argsort(-scores, kind="stable")[:10].tolist()
        mine = wanted[number]
        alike.append(_gain([float(other in mine) for other in best]) / _gain([1.0] * min(10, len(mine))))
        weighted.append(_gain([mine.get(other, 0.0) for other in best]) / _gain(sorted(mine.values())[::-1][:10]))
    return mean(alike), mean(weighted)


def _gain(worth: Sequence[float]) -> float:
    return sum(one / math.log2(place + 2) for place, one in enumerate(worth))


@dataclass(frozen=True)
class Author:
    """A library, what came in the half year after it, and which of that is the author's own."""

    library: Sequence[int]
    """Newest first."""
    candidates: Sequence[int]
    wanted: frozenset[int]


def authors(papers: Sequence[Paper], least: int = 10) -> list[Author]:
    """All with so many papers, shuffled: the first 60 % are the library, half of them 8 papers or fewer.

    A draw of 300 of them says anything from .43 to .47.
    """
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
    """A year of `similar:`: how many a week for each of some references, by the year before.

    References are of that year before; and of all that have a year before them and one after, each by its own.
    """
    vectors = list(map(vector_of, papers))
    days = np.array([paper.announced.toordinal() for paper in papers if paper.announced])
    index, last = Index(vectors), int(days.max())
    counts = [int(((days > last - 365 * (n + 1)) & (days <= last - 365 * n)).sum()) for n in range(3)]
    print(f"papers of the last three years: {counts}; 0.5 % of the last: {counts[0] * 0.005 * 7 / 365:.2f} a week")
    for name, pool, begins in (
        ("of the year before", np.where((days > last - 730) & (days <= last - 365))[0], np.full(len(days), last - 365)),
        ("of the day itself", np.where((days >= days.min() + 365) & (days <= last - 365))[0], days),
    ):
        drawn = random.Random(3).sample(pool.tolist(), asked)
        for times in (1, 2, 3):
            bounds, weekly = [], []
            for number in drawn:
                since = begins[number]
                scores = np.array(index.scores(centroid([vectors[number]])))
                before, after = (days > since - 365) & (days <= since), (days > since) & (days <= since + 365)
                before[number] = False
                bounds.append(bound_of(scores[before].tolist(), times))
                weekly.append(int((scores[after] >= bounds[-1]).sum()) * 7 / 365)
            tenths = [f"{value:.2f}" for value in quantiles(weekly, n=10)]
            scale = [f"{value / ONE:.4f}" for value in quantiles(bounds, n=4)]
            print(
                f"similar:ID*{times}, {asked} references {name}: {mean(weekly):.2f} papers a week on average, tenths "
                f"{' '.join(tenths)}, most {max(weekly):.1f}; none at all: {weekly.count(0)}; bounds' quarters "
                f"{' '.join(scale)}",
                flush=True,
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
    kept = [vector_of(one).to_bytes() for one in papers[:1_000]]
    print(f"a vector as it is kept: {mean(map(len, kept)):.0f} bytes")
    tracemalloc.start()
    index = Index(map(vector_of, papers))
    print(
        "index: {:.0f} MB, {:.0f} at most while it is made".format(
            *(one / 1e6 for one in tracemalloc.get_traced_memory())
        )
    )
    tracemalloc.stop()
    del index


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
    some, wanted = authors(papers), sharing(papers)
    asked = random.Random(1).sample(sorted(wanted), 1_000)
    print(
        f"{len(some)} authors, library of {median(len(one.library) for one in some):.0f} papers (median), "
        f"{median(len(one.candidates) for one in some):.0f} candidates; of them, and of 1,000 papers that ask, "
        "the half by which the formula was chosen, then the other"
    )
    for half in (0, 1):
        print(f"{'':<24}{'keywords':>9}{'by rarity':>11}{'MAP':>7}{'top 5%':>8}{'recent: MAP':>13}{'top 5%':>8}")
        mine, those = asked[half * 500 : half * 500 + 500], some[half * len(some) // 2 : (half + 1) * len(some) // 2]
        for one in methods(papers):
            alike, weighted = keywords(wanted, one, mine)
            plain, recent = by_library(those, one, lambda _: 1), by_library(those, one, lambda place: place**-0.25)
            told = f"{one.name:<24}{alike:>9.3f}{weighted:>11.3f}{plain[0]:>7.3f}{plain[1]:>8.3f}"
            print(f"{told}{recent[0]:>13.3f}{recent[1]:>8.3f}", flush=True)


if __name__ == "__main__":
    main()
