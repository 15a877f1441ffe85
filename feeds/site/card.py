"""A paper as pages show it: its texts safe, its links checked, its numbers as of now. Knows no template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from feeds.known import remembered
from feeds.match.reasons import Reason
from feeds.paper import Paper, Picture
from feeds.paper.sentence import sentence_of
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
    inside: bool = False
    """Whether only the abstract holds what was found, which a list folds away."""
    elsewhere: tuple[str, ...] = ()
    """Terms of the query that were found in other fields."""


@remembered(1024)
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


def found_in(paper: Paper, found: Sequence[Reason] = ()) -> Found:
    """The paper's texts, with what a query found."""
    texts = _texts(paper)
    if not found:
        return texts.plain
    in_title, in_abstract = _spans(found, "title"), _spans(found, "abstract")
    in_sentence = _within(texts, in_abstract)
    return replace(
        texts.plain,
        title=marked(paper.title, in_title) if in_title else texts.plain.title,
        sentence=marked(texts.said, in_sentence) if in_sentence else texts.plain.sentence,
        abstract=marked(paper.abstract, in_abstract) if in_abstract and texts.plain.abstract else texts.plain.abstract,
        inside=bool(in_abstract) and not in_title and not in_sentence,
        elsewhere=tuple(dict.fromkeys(one.term for one in found if one.field not in {"title", "abstract"})),
    )


@dataclass(frozen=True, slots=True)
class _Texts:
    """What a paper says, whatever was asked for."""

    plain: Found
    """With nothing marked."""
    said: str
    """The sentence."""
    start: int
    """Where it stands in the abstract; negative where it does not: an AI's is not searched."""


@remembered(1024)
def _texts(paper: Paper) -> _Texts:
    """Once for a paper, however many feeds show it."""
    said = sentence_of(paper)
    plain = Found(
        title=marked(paper.title) if one_line(paper.title) else Markup("Untitled"),
        sentence=marked(said.text),
        by_ai=said.by_ai,
        abstract=marked(paper.abstract) if paper.abstract.strip() != said.text else Markup(""),
    )
    return _Texts(plain, said.text, -1 if said.by_ai else paper.abstract.find(said.text))


def _within(texts: _Texts, spans: Sequence[Span]) -> list[Span]:
    """What was found in the sentence."""
    start, end = texts.start, texts.start + len(texts.said)
    return [(max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start >= 0]


@remembered(1024)
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
