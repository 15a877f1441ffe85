"""RSS 2.0 and Atom 1.0 by feedgen 1.0.0, and the only module that knows feedgen and its sharp edges.

An entry is made in a feed of its own and cut out; `frame` is the feed around it. Joined, they are the bytes that
feedgen writes for the whole feed, so entries can be kept and used again.
"""

import re
from datetime import datetime
from email.utils import format_datetime
from functools import cache
from typing import Any, Literal

import feedgen.entry
import feedgen.feed
from feedgen.ext.dc import DcEntryExtension, DcExtension
from feedgen.ext.media import MediaEntryExtension, MediaExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from feeds.render.entry import EPOCH, Entry
from feeds.render.feed import CONTENT_TYPES, Feed
from feeds.render.safe import web_url

XmlKind = Literal["rss", "atom"]

# feedgen's own sets the process's locale for each date, so threads break each other; for UTC the bytes are the same.
feedgen.entry.formatRFC2822 = format_datetime
feedgen.feed.formatRFC2822 = format_datetime

_ATOM = "{http://www.w3.org/2005/Atom}"
_TAIL = {"rss": b"  </channel>\n</rss>\n", "atom": b"</feed>\n"}
_TITLE = re.compile(rb"<title>[^<]*</title>")
_MINUTES_TO_LIVE = 60


class _FeedLinks:
    """Writes the hub into RSS, where feedgen writes only the link to self."""

    def __init__(self) -> None:
        self.hub = ""

    def extend_ns(self) -> dict[str, str]:
        return {}

    def extend_atom(self, feed: etree._Element) -> etree._Element:
        return feed

    def extend_rss(self, rss: etree._Element) -> etree._Element:
        if self.hub:
            etree.SubElement(rss[0], f"{_ATOM}link", rel="hub", href=self.hub)
        return rss


class _EntryLinks:
    """Writes what feedgen drops from an entry's links in Atom: rel, type and title (its issue 135)."""

    def __init__(self) -> None:
        self.attributes: list[dict[str | bytes, str | bytes]] = []

    def extend_rss(self, item: etree._Element) -> etree._Element:
        return item

    def extend_atom(self, entry: etree._Element) -> etree._Element:
        for element, attributes in zip(entry.findall("link"), self.attributes, strict=True):
            element.attrib.update(attributes)
        return entry


def entry_bytes(entry: Entry, kind: XmlKind) -> bytes:
    """One entry, as it stands in any feed."""
    head, tail = _blank_frame(kind)
    generator = _generator(Feed("blank", "Blank"), EPOCH, kind)
    _add(generator, entry)
    cut = _serialised(generator, kind)[len(head) : -len(tail)]
    return _with_hex_title(cut) if kind == "rss" else cut


def frame(feed: Feed, updated: datetime, kind: XmlKind) -> tuple[bytes, bytes]:
    """What stands before and after the entries."""
    empty = _serialised(_generator(feed, updated, kind), kind)
    head = empty.removesuffix(_TAIL[kind])
    return _with_hex_title(head) if kind == "rss" else head, _TAIL[kind]


@cache
def _blank_frame(kind: XmlKind) -> tuple[bytes, bytes]:
    return frame(Feed("blank", "Blank"), EPOCH, kind)


def _generator(feed: Feed, updated: datetime, kind: XmlKind) -> Any:
    generator = FeedGenerator()
    # Not load_extension: it looks for modules on disk each time. In Atom dc:creator would double every author.
    generator.register_extension("dc", DcExtension, DcEntryExtension, atom=False)
    generator.register_extension("media", MediaExtension, MediaEntryExtension)
    generator.register_extension("links", _FeedLinks, _EntryLinks)
    generator.id(feed.id)
    generator.title(feed.name)
    generator.description(feed.about)
    # Without it a paper that has no authors makes the feed invalid (RFC 4287, 4.1.1).
    generator.author(name="Paper Round")
    generator.generator("Paper Round")
    generator.docs("https://www.rssboard.org/rss-specification")
    generator.language("en")
    generator.ttl(_MINUTES_TO_LIVE)
    generator.updated(updated)
    generator.link(href=feed.url(kind), rel="self", type=CONTENT_TYPES[kind].partition(";")[0])
    _add_hub(generator, web_url(feed.hub))
    # Last: feedgen takes the last link for the channel's own.
    generator.link(href=feed.base_url, rel="alternate", type="text/html")
    return generator


def _add_hub(generator: Any, hub: str) -> None:
    if hub:
        generator.link(href=hub, rel="hub")
        generator.links.hub = hub


def _add(generator: Any, entry: Entry) -> None:
    made = generator.add_entry(order="append")
    made.id(entry.id)
    made.title(entry.title)
    if entry.summary:
        made.summary(entry.summary, type="html")
    made.content(entry.content, type="html")
    made.author([{"name": name} for name in entry.authors])
    made.dc.dc_creator(list(entry.authors))
    made.category([{"term": term} for term in entry.categories])
    made.published(entry.published)
    made.updated(entry.updated)
    _add_links(made, entry)
    if entry.thumbnail:
        made.media.thumbnail(url=entry.thumbnail, group=None)
    if entry.doi:
        made.dc.dc_identifier(f"doi:{entry.doi}")
    if entry.publication:
        made.dc.dc_source(entry.publication)


def _add_links(made: Any, entry: Entry) -> None:
    made.link(href=entry.url, rel="alternate")
    for link in entry.related:
        made.link(href=link.href, rel="related")
    made.links.attributes = [{"rel": "alternate"}, *({"rel": "related", "title": link.title} for link in entry.related)]


def _serialised(generator: Any, kind: XmlKind) -> bytes:
    written: bytes = generator.rss_str(pretty=True) if kind == "rss" else generator.atom_str(pretty=True)
    return written


def _with_hex_title(xml: bytes) -> bytes:
    """The title's escapes as hexadecimal references: `<` and `&` then read right in most of 15 readers (measured)."""
    return _TITLE.sub(_hex_references, xml, count=1)


def _hex_references(title: re.Match[bytes]) -> bytes:
    return title[0].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;").replace(b"&gt;", b"&#x3E;")
