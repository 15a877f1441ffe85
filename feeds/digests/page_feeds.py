"""Which feed a web page names as its own (RSS Advisory Board, RSS Autodiscovery; RFC 4287, 4.2.7.2)."""

from urllib.parse import urljoin

from feeds.digests.error import DigestError
from feeds.digests.fields import web_url
from feeds.digests.html import parse_html

_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")


def feed_of_page(data: bytes, address: str = "") -> str:
    """The first feed of a page that is not one of comments, as an absolute address where that can be told; or empty."""
    try:
        tree = parse_html(data)
    except DigestError:
        return ""
    base = urljoin(address, next(map(str, tree.xpath("//base/@href")), ""))
    found = [
        (str(link.get("href")), f"{link.get('title', '')} {link.get('href')}".lower())
        for link in tree.xpath("//link[@href and @rel and @type]")
        if "alternate" in str(link.get("rel")).lower().split() and str(link.get("type")).strip().lower() in _TYPES
    ]
    in_order = sorted(found, key=lambda one: "comment" in one[1])
    return next((url for href, _ in in_order if (url := _joined(base, href))), "")


def _joined(base: str, href: str) -> str:
    try:
        joined = urljoin(base, href.strip())
    except ValueError:
        return ""
    return web_url(joined) or (joined if joined.isprintable() and " " not in joined and len(joined) < 300 else "")
