"""Where each page lives below the site's base address. Paths are relative, so that the pages work on any host."""

import hashlib
import re
from urllib.parse import quote

from feeds.render import Feed, Kind

HOME = "index.html"
SEARCH = "search"
_PLAIN = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


def feed_page_path(feed: Feed) -> str:
    """The page of a configured feed."""
    return f"feeds/{feed.slug}.html"


def paper_page_path(key: str) -> str:
    """The page of a paper, by its public key."""
    return f"papers/{page_name(key)}.html"


def page_name(key: str) -> str:
    """A key as a file name that every host can serve: a DOI or an address loses its slashes and gains a mark."""
    if _PLAIN.fullmatch(key):
        return key
    mark = hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:10]
    words = re.sub(r"[^a-z0-9]+", "-", key.lower())[:60].strip("-")
    return f"{words}-{mark}".lstrip("-")


def search_path(query: str, form: Kind | None = None) -> str:
    """The page of a query, or its feed."""
    return f"{SEARCH}{f'.{form}' if form else ''}?q={quote(query, safe='')}"


def term_path(field: str, value: str) -> str:
    """The page of all papers that have this value in a field."""
    plain = value.replace('"', " ")
    return search_path(f'{field}:"{plain}"')


def feed_path(feed: Feed, form: Kind) -> str:
    """A feed's own address, below the site's."""
    return feed.file(form)
