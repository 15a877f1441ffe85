"""An entry of a library as a paper, whatever it was written in."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from feeds.paper import Paper, arxiv_id, normal_doi, title_id
from feeds.text import clean_text, clean_title

_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)(?:[-/](\d{1,2})(?!\d))?")


@dataclass(frozen=True, slots=True)
class Entry:
    """What it says."""

    title: str
    abstract: str = ""
    doi: str = ""
    numbers: tuple[str, ...] = ()
    """Addresses, eprint numbers, what else may name it."""
    date: str = ""
    """Any text with a year in it."""
    authors: tuple[str, ...] = ()

    @property
    def paper(self) -> Paper | None:
        """The paper; None without a title."""
        title = clean_title(self.title)
        if not title:
            return None
        doi = normal_doi(self.doi) or ""
        number = _arxiv((self.doi, *self.numbers))
        known = number or (f"doi:{doi}" if doi else title_id(title))
        return Paper(known, title, clean_text(self.abstract), self.authors, doi=doi, announced=_day(self.date))


def _arxiv(some: Iterable[str]) -> str:
    found = (arxiv_id(one) or arxiv_id(one.partition(" ")[0]) for one in some if one)
    return next(filter(None, found), "")


def _day(text: str) -> date | None:
    found = _YEAR.search(text)
    if not found:
        return None
    month = int(found[2] or 1)
    return date(int(found[1]), month if 1 <= month <= 12 else 1, 1)
