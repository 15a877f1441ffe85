"""What there is to cite of a paper, whatever the form: each text on one line, each address a web address."""

import re
from dataclasses import dataclass
from datetime import date

from feeds.paper import Paper
from feeds.paper.identity import arxiv_of, doi_of
from feeds.paper.people import Order, order_of
from feeds.render.safe import one_line, web_url

_NEW_ID = re.compile(r"(\d\d)(\d\d)\.\d{4,5}")
_OLD_ID = re.compile(r"[a-z-]+/(\d\d)(\d\d)\d{3}")
_ARXIV_CATEGORY = re.compile(r"[a-z-]+(?:\.[A-Za-z-]{2,})?")
_DOI = re.compile(r"10\.\d{4,9}/[!-z|~]+")
"""Without braces or blanks, which no form could hold as they are."""
_GROUP = re.compile(
    r"\b(?:Team|Collaboration|Consortium|Group|Community|Committee|Institute|University|Laborator(?:y|ies)|Labs?|AI"
    r"|Inc|LLC|Ltd|GmbH)\.?\Z|\A(?:The|Team) |\bet al\b"
)
_FIRST_OLD_YEAR = 91
"""arXiv began in 1991; its ids were of two digits a year until 2007 and are again since."""


@dataclass(frozen=True, slots=True)
class Author:
    """A name as it is written, and in its parts where the order is known."""

    written: str
    order: Order | None

    @property
    def inverted(self) -> str:
        """`Last, First` where that is known, else as it is written."""
        return f"{self.order.family}, {self.order.given}" if self.order else self.written

    @property
    def is_group(self) -> bool:
        """Whether this is no person's name."""
        return bool(_GROUP.search(self.written))

    @property
    def assumed(self) -> Order | None:
        """What BibTeX takes it for: the last word is the family name; None of a group, or of one word."""
        given, _, family = self.written.rpartition(" ")
        return None if self.is_group or "," in self.written or not given else Order(family, given)


@dataclass(frozen=True, slots=True)
class Reference:
    """A paper's facts; what is not known is empty."""

    title: str
    authors: tuple[Author, ...]
    date: tuple[int, ...]
    """Year; year and month; or year, month and day: as much as is known."""
    arxiv: str
    """Without version."""
    category: str
    """arXiv's, the first that is told."""
    doi: str
    publication: str
    """The journal's reference."""
    url: str
    pdf: str
    abstract: str
    keywords: tuple[str, ...]
    withdrawn: bool

    @property
    def iso_date(self) -> str:
        """`2026`, `2026-03` or `2026-03-04`."""
        return "-".join(f"{part:0{width}}" for part, width in zip(self.date, (4, 2, 2), strict=False))


def reference(paper: Paper) -> Reference:
    """The paper's facts."""
    arxiv, links = arxiv_of(paper) or "", paper.links
    url = web_url(links.get("abstract", "")) or (f"https://arxiv.org/abs/{arxiv}" if arxiv else "")
    doi = doi_of(paper)
    return Reference(
        title=one_line(paper.title) or one_line(paper.id) or "Untitled",
        authors=tuple(map(_author, filter(None, map(one_line, paper.authors)))),
        date=_date(paper, arxiv),
        arxiv=arxiv,
        category=next((one for one in paper.categories if _ARXIV_CATEGORY.fullmatch(one)), "") if arxiv else "",
        doi=doi if _DOI.fullmatch(doi) else "",
        publication=one_line(paper.publication),
        url=url or web_url(links.get("page", "")),
        pdf=web_url(links.get("pdf", "")),
        abstract=one_line(paper.abstract),
        keywords=tuple(dict.fromkeys(filter(None, map(one_line, paper.keywords)))),
        withdrawn=paper.withdrawn,
    )


def _author(name: str) -> Author:
    return Author(name, None if _GROUP.search(name) else order_of(name))


def _date(paper: Paper, arxiv: str) -> tuple[int, ...]:
    """When it first appeared: as it says itself, as its arXiv id does, else the day announced."""
    if paper.published:
        return _day(paper.published.date())
    found = _NEW_ID.fullmatch(arxiv) or _OLD_ID.fullmatch(arxiv)
    if found and 1 <= int(found[2]) <= 12:
        year = int(found[1])
        return (1900 + year if year >= _FIRST_OLD_YEAR else 2000 + year, int(found[2]))
    return _day(paper.announced) if paper.announced else ()


def _day(day: date) -> tuple[int, ...]:
    return day.year, day.month, day.day
