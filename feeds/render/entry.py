"""A paper as every feed shows it: facts alone, made safe, with the fallbacks for a paper that no store has seen.

Knows no format. Votes, comments, stars and reasons are left out, so that a paper is the same entry in every feed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from html import escape
from zlib import crc32

from feeds.paper import Paper
from feeds.render.feed import entry_id, permalink
from feeds.render.safe import one_line, web_url

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LINK_TITLES = {"abstract": "Abstract", "pdf": "PDF", "page": "Daily Papers", "code": "Code", "project": "Project"}


@dataclass(frozen=True, slots=True)
class Link:
    """An address and what to call it."""

    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What all formats say of one paper; every text is legal XML, every address http or https."""

    id: str
    title: str
    """One line of plain text, never empty."""
    url: str
    """Abstract page, else Daily Papers page, else this site's page."""
    content: str
    """The sentence where it is the source's own, the abstract in paragraphs, and a line of links, as HTML."""
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    related: tuple[Link, ...]
    """The other addresses, each once."""
    thumbnail: str
    doi: str
    publication: str
    published: datetime
    """Midnight UTC of the day announced."""
    updated: datetime
    """`published`, until title, abstract, authors or links change; its fraction is the paper's."""
    moved: datetime
    """When it came or changed: what a feed's own date is the latest of."""
    sited: bool = False
    """Whether it holds the site's address: its paper has no page elsewhere, or no id that was kept."""


def entry_of(paper: Paper, base_url: str) -> Entry:
    """The entry of a paper. Raises ValueError or OverflowError for a date that UTC cannot hold."""
    published = announced_at(paper)
    key = paper.key or paper.id
    links = _links(paper.links)
    own_url, kept_id = links.get("abstract") or links.get("page"), one_line(paper.entry_id)
    url = own_url or permalink(base_url, key)
    own_id = kept_id or entry_id(base_url, published.year, key)
    fraction = crc32(own_id.encode()) % 1_000_000
    return Entry(
        id=own_id,
        title=one_line(paper.title) or one_line(key) or "Untitled",
        url=url,
        content=_sentence(paper) + _paragraphs(paper.abstract) + _link_line(links),
        authors=tuple(filter(None, map(one_line, paper.authors))),  # two may have one name
        categories=_distinct(paper.categories),
        related=_related(links, url),
        thumbnail=web_url(paper.links.get("thumbnail", "")),
        doi=one_line(paper.doi),
        publication=one_line(paper.publication),
        published=published,
        updated=_updated(paper, published).replace(microsecond=fraction),
        moved=_moved(paper, published).replace(microsecond=fraction),
        sited=not (own_url and kept_id),
    )


def in_order(papers: Iterable[Paper]) -> list[Paper]:
    """Day announced, newest first; then first seen, newest first; then id. Never votes."""
    by_id = sorted(papers, key=lambda paper: paper.id)
    return sorted(by_id, key=lambda paper: (announced_at(paper), _first_seen(paper)), reverse=True)


def announced_at(paper: Paper) -> datetime:
    """Midnight UTC of the day announced; 1970 if no source gave one."""
    day: date = paper.announced or EPOCH
    return datetime.combine(day, time(tzinfo=UTC))


def _first_seen(paper: Paper) -> datetime:
    return _aware(paper.first_seen) if paper.first_seen else announced_at(paper)


def _updated(paper: Paper, published: datetime) -> datetime:
    """A reader that sorts by it must not take an archive for news, so the moment of storing is none."""
    return published if paper.updated == paper.first_seen else _moved(paper, published)


def _moved(paper: Paper, published: datetime) -> datetime:
    """Papers that came together changed at one moment; the caller tells them apart (W3C: DuplicateUpdated)."""
    return max(_aware(paper.updated).astimezone(UTC), published) if paper.updated else published


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, map(one_line, texts))))


def _links(links: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in _LINK_TITLES:
        href = web_url(links.get(name, ""))
        if href and href not in found.values():
            found[name] = href
    return found


def _related(links: Mapping[str, str], url: str) -> tuple[Link, ...]:
    return tuple(Link(_LINK_TITLES[name], href) for name, href in links.items() if href != url)


def _sentence(paper: Paper) -> str:
    """Only where it says more than the abstract below it."""
    text = one_line(paper.sentence)
    return f"<p><em>{escape(text, quote=False)}</em> (summary by AI)</p>" if text else ""


def _paragraphs(abstract: str) -> str:
    lines = filter(None, map(one_line, abstract.split("\n")))
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines)


def _link_line(links: Mapping[str, str]) -> str:
    anchors = (f'<a href="{escape(href)}">{_LINK_TITLES[name]}</a>' for name, href in links.items())
    line = " · ".join(anchors)
    return f"<p>{line}</p>" if line else ""
