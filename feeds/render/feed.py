"""A feed's own facts: what it is called, its addresses and ids. Holds no papers and writes no format."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal
from urllib.parse import quote, urlsplit

from feeds.render.safe import one_line

Kind = Literal["rss", "atom", "json"]

CONTENT_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "rss": "application/rss+xml; charset=utf-8",
        "atom": "application/atom+xml; charset=utf-8",
        "json": "application/feed+json; charset=utf-8",
        "opml": "text/x-opml; charset=utf-8",
    }
)
"""The Content-Type of each format: those that the W3C feed validator accepts without a note."""

_ID_YEAR = 2026
_PLAIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
# RSS does not say whether a channel's description is text or HTML, and a query can come from a stranger's link.
_LIKE_A_TAG = re.compile(r"<(?=[A-Za-z/!?])")


@dataclass(frozen=True, slots=True)
class Feed:
    """One published feed: the papers that match `query`, under `base_url`."""

    slug: str
    """Name in addresses and ids, `[a-z0-9-]{1,64}`."""
    title: str
    query: str = "*"
    base_url: str = "https://example.org/"
    """Where the site lives; a missing last slash is added."""
    description: str = ""
    hub: str = ""
    """Address of a WebSub hub, or empty."""
    path: str = ""
    """The feed's address below `base_url`, with `{kind}` for the format; empty means `feeds/<slug>.{kind}`."""
    page: str = ""
    """The address below `base_url` of the page that shows the feed's papers to people; empty means the start page."""
    archive: int = 0
    """Which page of the archive this is, 1 the oldest; 0 is the feed that readers poll (RFC 5005, section 4)."""
    before: int = 0
    """The archive page that goes on where this ends, with older papers; 0 if there is none."""

    home: str = field(default="", repr=False)
    """The address that the feed's id is made from where it is reached by another; empty means `base_url`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", self.base_url.rstrip("/") + "/")

    @property
    def id(self) -> str:
        """The feed's `tag:` URI (RFC 4151); the same in every format."""
        return f"tag:{_host(self.home or self.base_url)},{_ID_YEAR}:feed/{_quoted(self.slug)}"

    @property
    def name(self) -> str:
        """The title on one line; never empty, since RSS and Atom require one."""
        return one_line(self.title) or one_line(self.slug) or "Papers"

    @property
    def about(self) -> str:
        """One line that says what the feed holds, with its query; harmless where a reader takes it for HTML."""
        own = one_line(self.description)
        query = one_line(self.query)
        held = "All papers" if query == "*" else f"Papers that match: {query}"
        return _LIKE_A_TAG.sub("< ", f"{own} ({held})" if own else held)

    @property
    def page_url(self) -> str:
        """The page for people."""
        return self.base_url + self.page

    @property
    def note(self) -> str:
        """What a person should know who opens the feed's own address."""
        return f"This is a feed: copy its address into a feed reader. The same papers as a page: {self.page_url}"

    @property
    def current(self) -> "Feed":
        """The feed that readers poll, of which this may be an archive page."""
        return replace(self, archive=0, before=0)

    def at(self, base_url: str) -> "Feed":
        """The same feed as those see it who reach the site there."""
        return replace(self, base_url=base_url, home=self.home or self.base_url)

    def archived(self, number: int) -> "Feed":
        """A page of this feed's archive."""
        return replace(self, archive=number, before=number - 1)

    def file(self, kind: Kind) -> str:
        """The address below `base_url` in one format."""
        path = self.path or f"feeds/{_quoted(self.slug)}.{{kind}}"
        if self.archive:
            path = f"feeds/{_quoted(self.slug)}/{self.archive}.{{kind}}"
        return path.replace("{kind}", kind)

    def url(self, kind: Kind) -> str:
        """The address of this feed in one format."""
        return self.base_url + self.file(kind)


def entry_id(base_url: str, year: int, key: str) -> str:
    """The `tag:` URI (RFC 4151) of a paper: made once, when it is first stored, and kept whatever changes later."""
    return f"tag:{_host(base_url)},{year:04d}:paper/{_quoted(key)}"


def permalink(base_url: str, key: str) -> str:
    """The paper's own page on this site."""
    return f"{base_url.rstrip('/')}/{paper_page_path(key)}"


def paper_page_path(key: str) -> str:
    """The page of a paper, by its public key."""
    return f"papers/{page_name(key)}.html"


def page_name(key: str) -> str:
    """A key as a file name that every host can serve: a DOI or an address loses its slashes and gains a mark."""
    if _PLAIN.fullmatch(key):
        return key
    mark = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    words = re.sub(r"[^a-z0-9]+", "-", key.lower())[:60].strip("-")
    return f"{words}-{mark}".lstrip("-")


def _host(base_url: str) -> str:
    return urlsplit(base_url).hostname or "localhost"


def _quoted(key: str) -> str:
    return key if _PLAIN.fullmatch(key) else quote(one_line(key), safe="")
