"""Papers to RSS, Atom and JSON feeds, and the list of feeds to OPML: the same papers give the same bytes, always.

Does not match, does not drop old papers, does not write files.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from feeds.paper import Paper
from feeds.render import json_feed, xml_feed
from feeds.render.entry import EPOCH, Entry, entry_of, in_order
from feeds.render.feed import CONTENT_TYPES, Feed, Kind, entry_id, permalink
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
    "permalink",
    "render",
    "render_entry",
]


@dataclass(frozen=True, slots=True)
class RenderedEntry:
    """The bytes of one paper in one format; they are the same in every feed of a site, so they can be kept."""

    id: str
    updated: datetime
    data: bytes


def render(feed: Feed, papers: Iterable[Paper], kind: Kind) -> bytes:
    """The feed as bytes: newest day announced first, then first seen, then id; each entry id once.

    A paper that cannot be rendered is left out. Raises ValueError for an unknown kind.
    """
    entries = (render_entry(paper, feed.base_url, kind) for paper in in_order(papers))
    return join_entries(feed, [entry for entry in entries if entry], kind)


def render_entry(paper: Paper, base_url: str, kind: Kind) -> RenderedEntry | None:
    """One paper's entry, or None if it cannot be rendered, such as for a date at the end of time."""
    _check(kind)
    try:
        entry = entry_of(paper, base_url)
        return RenderedEntry(entry.id, entry.updated, _entry_bytes(entry, kind))
    except (ValueError, OverflowError):
        return None


def join_entries(feed: Feed, entries: Sequence[RenderedEntry], kind: Kind) -> bytes:
    """The feed around entries already in order; of entries with one id the first is kept (RFC 4287, 4.1.1)."""
    _check(kind)
    distinct: dict[str, RenderedEntry] = {}
    for entry in entries:
        distinct.setdefault(entry.id, entry)
    updated = max((entry.updated for entry in distinct.values()), default=EPOCH)
    head, tail = json_feed.frame(feed) if kind == "json" else xml_feed.frame(feed, updated, kind)
    return head + (b"," if kind == "json" else b"").join(entry.data for entry in distinct.values()) + tail


def _entry_bytes(entry: Entry, kind: Kind) -> bytes:
    return json_feed.entry_bytes(entry) if kind == "json" else xml_feed.entry_bytes(entry, kind)


def _check(kind: str) -> None:
    if kind not in {"rss", "atom", "json"}:
        raise ValueError(f"no feed format {kind!r}: rss, atom or json")
