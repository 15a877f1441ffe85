"""A paper as pages show it: its texts safe, its links checked, its numbers as of now. Knows no template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from markupsafe import Markup

from feeds.match.reasons import Reason, reasons
from feeds.paper import Paper, Picture
from feeds.paper.sentence import Sentence, sentence_of
from feeds.query import Query
from feeds.render.entry import Link
from feeds.render.safe import one_line, web_url
from feeds.site.address import paper_page_path
from feeds.site.marking import Span, marked

_LINKS = {"abstract": "Abstract", "pdf": "PDF", "page": "Daily Papers", "code": "Code", "project": "Project"}


@dataclass(frozen=True, slots=True)
class Card:
    """What a page says of one paper, whatever was asked for."""

    title: str
    path: str
    """Its own page."""
    authors: tuple[str, ...]
    links: tuple[Link, ...]
    thumbnail: str
    """An https address, or empty."""
    picture: Picture | None
    """The same, as the site has it itself."""
    numbers: tuple[str, ...]
    """Votes, comments and stars, as words."""
    day: date | None
    org: str
    doi: str
    publication: str
    categories: tuple[str, ...]
    keywords: tuple[str, ...]
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A paper's texts, with what a query found in them marked."""

    title: Markup
    sentence: Markup
    """What it does; empty where nothing is known but the title."""
    by_ai: bool
    """Whether an AI wrote the sentence: readers are told."""
    abstract: Markup
    """Empty where it says no more than the sentence."""
    inside: bool
    """Whether only the abstract holds what was found, which a list folds away."""
    elsewhere: tuple[str, ...] = ()
    """Terms of the query that were found in other fields."""


def card_of(paper: Paper) -> Card:
    """The paper's own facts."""
    thumbnail = web_url(paper.links.get("thumbnail", ""))
    return Card(
        title=one_line(paper.title) or "Untitled",
        path=paper_page_path(paper.key or paper.id),
        authors=tuple(filter(None, map(one_line, paper.authors))),
        links=_links(paper.links),
        thumbnail=thumbnail if thumbnail.startswith("https://") else "",
        picture=paper.picture,
        numbers=_numbers(paper),
        day=paper.announced,
        org=one_line(paper.org),
        doi=one_line(paper.doi),
        publication=one_line(paper.publication),
        categories=_lines(paper.categories),
        keywords=_lines(paper.keywords),
        withdrawn=paper.withdrawn,
    )


def found_in(paper: Paper, query: Query | None = None) -> Found:
    """The paper's texts, with what the query found."""
    found = reasons(query.tree, paper) if query else ()
    in_title, in_abstract, said = _spans(found, "title"), _spans(found, "abstract"), sentence_of(paper)
    in_sentence = _within(said, paper.abstract, in_abstract)
    return Found(
        title=marked(paper.title, in_title) if one_line(paper.title) else Markup("Untitled"),
        sentence=marked(said.text, in_sentence),
        by_ai=said.by_ai,
        abstract=marked(paper.abstract, in_abstract) if paper.abstract.strip() != said.text else Markup(""),
        inside=bool(in_abstract) and not in_title and not in_sentence,
        elsewhere=tuple(dict.fromkeys(one.term for one in found if one.field not in {"title", "abstract"})),
    )


def _within(said: Sentence, abstract: str, spans: Sequence[Span]) -> list[Span]:
    """What was found in a sentence of the abstract; an AI's is not searched."""
    start = -1 if said.by_ai else abstract.find(said.text)
    end = start + len(said.text)
    return [(max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start >= 0]


@lru_cache(maxsize=4096)
def counted(number: int, word: str) -> str:
    """`1 paper`, `1,204 papers`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _spans(found: Sequence[Reason], field: str) -> list[Span]:
    return [(one.start, one.end) for one in found if one.field == field]


def _lines(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(one_line, texts))))


def _links(links: Mapping[str, str]) -> tuple[Link, ...]:
    checked = ((title, web_url(links.get(name, ""))) for name, title in _LINKS.items())
    return tuple(Link(title, href) for title, href in checked if href)


def _numbers(paper: Paper) -> tuple[str, ...]:
    known = {"vote": paper.votes, "comment": paper.comments, "star": paper.stars}
    return tuple(counted(number, word) for word, number in known.items() if number)
