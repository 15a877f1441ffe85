"""Papers to RSS, Atom and JSON feeds, and the list of feeds to OPML: the same papers give the same bytes, always.

Does not match, does not drop old papers, does not write files.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import blake2b
from operator import attrgetter
from typing import get_args

from feeds.paper import Paper
from feeds.render import json_feed, xml_feed
from feeds.render.entry import EPOCH, Entry, entry_of, in_order
from feeds.render.feed import CONTENT_TYPES, Feed, Kind, entry_id, page_name, paper_page_path, permalink
from feeds.render.opml import opml

__all__ = [
    "CONTENT_TYPES",
    "Feed",
    "Kind",
    "RenderedEntry",
    "entry_id",
    "in_order",
    "join_entries",
    "opml",
    "page_name",
    "paper_page_path",
    "permalink",
    "render",
    "render_entries",
    "render_entry",
    "rendering",
]


@dataclass(frozen=True, slots=True)
class RenderedEntry:
    """The bytes of one paper in one format; they are the same in every feed of a site, so they can be kept."""

    id: str
    moved: datetime
    """When it came or changed."""
    data: bytes
    sited: bool = False
    """Whether they hold the site's address; if not, they are the same on every site."""


_ID, _MOVED, _DATA = map(attrgetter, ("id", "moved", "data"))  # of a thousand entries and more, each time


def render(feed: Feed, papers: Iterable[Paper], kind: Kind) -> bytes:
    """The feed as bytes: newest day announced first, then first seen, then id; each entry id once.

    A paper that cannot be rendered is left out. Raises ValueError for an unknown kind.
    """
    entries = render_entries(in_order(papers), feed.base_url, kind)
    return join_entries(feed, [entry for entry in entries if entry], kind)


def render_entry(paper: Paper, base_url: str, kind: Kind) -> RenderedEntry | None:
    """One paper's entry, or None if it cannot be rendered, such as for a date at the end of time."""
    return render_entries([paper], base_url, kind)[0]


def render_entries(papers: Sequence[Paper], base_url: str, kind: Kind) -> list[RenderedEntry | None]:
    """The entry of each paper, None for one that cannot be rendered; many at once are cheaper than one by one."""
    _check(kind)
    entries = [_entry(paper, base_url) for paper in papers]
    written = iter(_entries_bytes([entry for entry in entries if entry], kind))
    return [RenderedEntry(entry.id, entry.moved, next(written), entry.sited) if entry else None for entry in entries]


@cache
def rendering() -> str:
    """A short digest of how this version renders: another one when it makes other bytes of the same papers."""
    day, then = date(2026, 1, 5), datetime(2026, 1, 6, tzinfo=UTC)
    named = ("abstract", "pdf", "page", "code", "project", "thumbnail")
    full = Paper(
        id="2601.00001",
        title="A < B & C",
        abstract="One.\n\nTwo.",
        authors=("A", "B"),
        categories=("cs.CL",),
        links={name: f"https://a.example/?b={name}&c" for name in named},
        announced=day,
        first_seen=then - timedelta(days=1),
        updated=then,
        sentence="A does B.",
        doi="10.1/a",
        publication="P",
    )
    feed = Feed("a", "A", description="B", hub="https://hub.example/", page="a.html").archived(2)
    papers, kinds = [full, Paper("b", "B", "", first_seen=then, updated=then)], get_args(Kind)
    made = b"".join(render(feed, papers, kind) for kind in kinds)
    return blake2b(made, digest_size=8).hexdigest()


def _entry(paper: Paper, base_url: str) -> Entry | None:
    with suppress(ValueError, OverflowError):
        return entry_of(paper, base_url)
    return None


def join_entries(feed: Feed, entries: Sequence[RenderedEntry], kind: Kind) -> bytes:
    """The feed around entries already in order; of entries with one id the first is kept (RFC 4287, 4.1.1)."""
    _check(kind)
    if len(set(map(_ID, entries))) < len(entries):
        entries = list({entry.id: entry for entry in reversed(entries)}.values())[::-1]
    updated = max(map(_MOVED, entries), default=EPOCH)
    head, tail = json_feed.frame(feed) if kind == "json" else xml_feed.frame(feed, updated, kind)
    pieces = list(map(_DATA, entries)) or [b""]
    pieces[0] = head + pieces[0]
    pieces[-1] += tail
    return (b"," if kind == "json" else b"").join(pieces)  # one copy of a few megabytes, not three


def _entries_bytes(entries: Sequence[Entry], kind: Kind) -> list[bytes]:
    return json_feed.entries_bytes(entries) if kind == "json" else xml_feed.entries_bytes(entries, kind)


def _check(kind: str) -> None:
    if kind not in {"rss", "atom", "json"}:
        raise ValueError(f"no feed format {kind!r}: rss, atom or json")
