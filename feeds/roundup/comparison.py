"""Which words a week has that the weeks before it had not, or seldom."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import log

from feeds.paper import Paper
from feeds.roundup.terms import held, shown, terms
from feeds.roundup.values import NewWord, Risen, Window
from feeds.weeks import rate

_NEW, _ROSE = 3, 4
"""Papers of the week, at least, that hold what is told of: a word that is new, and what rose."""
_DAYS, _PAPERS = 28, 50
"""Of the weeks before: with fewer, half the language were new."""
_TIMES = 3
"""What rose is at least so many times as frequent as before."""
_SURE = 8.0
"""Dunning's log-likelihood ratio of what rose: chance brings that once in 200 words (chi-squared, one degree)."""
_TOLD = 6
"""Words of each kind."""


class Comparison:
    """A week's papers, compared with others that are shown to it some at a time and not kept."""

    def __init__(self, window: Window, week: Iterable[Paper]) -> None:
        self._window, self._week = window, list(week)
        self._spelled: dict[str, Counter[str]] = {}
        for paper in self._week:
            for term, words in shown(paper).items():
                self._spelled.setdefault(term, Counter())[words] += 1
        counts = Counter(term for paper in self._week for term in terms(paper))
        self._now = {term: counts[term] for term in self._spelled if counts[term] >= _NEW}
        self._titles = {term for paper in self._week for term in shown(replace(paper, abstract=""))}
        """What papers are about stands in a title; what only abstracts have is mostly the fashion of a phrase."""
        self._before = Counter[str]()
        self._papers = 0
        self._new = {term for term in self._now if " " not in term}

    def before(self, papers: Iterable[Paper]) -> None:
        """These are of the weeks that it is compared with."""
        for paper in papers:
            known = terms(paper) & self._now.keys()
            self._before.update(known)
            self._new -= known
            self._papers += 1

    def older(self, papers: Iterable[Paper]) -> None:
        """These are older: what they hold is not new."""
        for paper in papers:
            if not self._new:
                return
            self._new -= held(self._new, paper)

    @property
    def is_fair(self) -> bool:
        """Whether enough is known of the weeks before."""
        return self._window.days >= _DAYS and self._papers >= _PAPERS

    def new(self) -> list[NewWord]:
        """Words in no paper before: those in most papers first."""
        if not self.is_fair:
            return []
        found = sorted(self._new - self._beginnings(), key=lambda term: (-self._now[term], term))
        return [NewWord(self._as_spelled(term), self._now[term]) for term in found[:_TOLD]]

    def _beginnings(self) -> set[str]:
        """New words that always begin another: SAM where all write SAM 2."""
        return {
            term
            for term in self._new
            for other in self._new
            if term != other and other.startswith(term) and self._now[term] == self._now[other]
        }

    def risen(self) -> list[Risen]:
        """What is far more frequent than before, what surprises most first; what is new, not here as well."""
        if not self.is_fair:
            return []
        scores = {term: self._score(term) for term in self._now.keys() - self._new}
        order = sorted(
            (term for term in scores if scores[term] >= _SURE), key=lambda term: (-scores[term], " " not in term, term)
        )
        chosen = list(_apart(order))[:_TOLD]
        return [Risen(self._as_spelled(one), self._now[one], self._usual(one)) for one in chosen]

    def _usual(self, term: str) -> float:
        return rate(self._before[term], self._window.days)

    def _score(self, term: str) -> float:
        """How surely it rose (Dunning 1993); 0 of what did not, or not far."""
        here, there, now, before = len(self._week), self._papers, self._now[term], self._before[term]
        if now < _ROSE or term not in self._titles or now * there < _TIMES * before * here:
            return 0.0
        share = (now + before) / (here + there)
        return 2 * sum(_likelier(count, of, share) for count, of in ((now, here), (before, there)))

    def _as_spelled(self, term: str) -> str:
        """As most papers of the week have it."""
        known = self._spelled[term]
        return max(known, key=lambda words: (known[words], words.islower(), words))


def _likelier(count: int, of: int, share: float) -> float:
    other = of - count
    have = count * log(count / (of * share)) if count else 0.0
    return have + (other * log(other / (of * (1 - share))) if other else 0.0)


def _apart(order: Sequence[str]) -> Iterator[str]:
    """Those that share no word with what surprises more: of `world` and `world model`, one."""
    said: set[str] = set()
    for term in order:
        words = set(term.split(" "))
        if not words & said:
            yield term
        said |= words if not words & said else set()
