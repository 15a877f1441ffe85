"""The values: a paper, an item that could not be read, and the digest that held them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Picture:
    """A paper's picture as a site has it, made small."""

    path: str
    """Below the site's base address."""
    width: int
    """Pixels."""
    height: int


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as a digest gives it, or, from the store, as all its sources together give it.

    Text is plain Unicode; sequences given as lists become tuples. What a source does not know stays empty or None.
    """

    id: str
    """arXiv id without version (a string: `2503.02130` keeps its zero), else `doi:...`, URL, or a slug of the title."""
    title: str
    abstract: str
    authors: tuple[str, ...] = ()
    votes: int | None = None
    comments: int | None = None
    stars: int | None = None
    categories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    org: str = ""
    sentence: str = ""
    """What it does, in one sentence that its source had an AI write; see feeds.paper.sentence."""
    links: Mapping[str, str] = field(default_factory=dict, hash=False)
    """By name: `abstract`, `pdf`, `page` (Daily Papers), `code`, `project`, `thumbnail`; http or https only."""
    announced: date | None = None
    """The day of its digest (see contract: Announced)."""
    sources: tuple[str, ...] = ()
    """Names and kinds of the sources that gave it."""
    doi: str = ""
    publication: str = ""
    published: datetime | None = None
    """When the paper itself first appeared, aware."""
    replaced: bool = False
    """A new version of an older paper, not a new one."""
    crossed: bool = False
    """Listed from another category, where it is new or was before."""
    withdrawn: bool = False
    key: str = ""
    """Public key, fixed when first stored; empty outside the store."""
    entry_id: str = ""
    """`tag:` URI, fixed when first stored; empty outside the store."""
    first_seen: datetime | None = None
    updated: datetime | None = None
    """When title, abstract, authors or links last changed."""
    picture: Picture | None = None
    """Of `links["thumbnail"]`, where the site has it itself; None outside the store."""

    def __post_init__(self) -> None:
        for name in ("authors", "categories", "keywords", "sources"):
            value = getattr(self, name)
            if not isinstance(value, tuple):
                object.__setattr__(self, name, tuple(value))


@dataclass(frozen=True, slots=True)
class Skipped:
    """An item of a digest that could not be read: where it stood and what was wrong."""

    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class Digest:
    """What one answer, page, mail or file held, in its own order."""

    papers: tuple[Paper, ...]
    skipped: tuple[Skipped, ...] = ()
    day: date | None = None
    """The day the digest says it is of; a paper's own `announced` wins."""
    guids: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What a feed calls its entries (RSS guid, Atom id), by the paper's id: of the sighting, not of the paper."""
