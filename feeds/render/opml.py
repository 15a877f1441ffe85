"""The list of all feeds as OPML 2.0, for feed readers to import. Holds no time of its making."""

from collections.abc import Iterable

from lxml import etree

from feeds.render.feed import Feed, Kind
from feeds.render.safe import one_line


def opml(feeds: Iterable[Feed], title: str, kind: Kind = "rss") -> bytes:
    """An OPML file that subscribes to every feed in the format `kind`."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = one_line(title)
    body = etree.SubElement(root, "body")
    for feed in feeds:
        etree.SubElement(body, "outline", _outline(feed, kind))
    return etree.tostring(root, pretty_print=True, encoding="UTF-8", xml_declaration=True)


def _outline(feed: Feed, kind: Kind) -> dict[str, str]:
    # OPML 2.0: type is "rss" for every kind of feed.
    return {
        "type": "rss",
        "text": feed.name,
        "title": feed.name,
        "description": feed.about,
        "xmlUrl": feed.url(kind),
        "htmlUrl": feed.page_url,
    }
