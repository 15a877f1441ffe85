"""Where each page lives below the site's base address. Paths are relative, so that the pages work on any host."""

from urllib.parse import quote

from feeds.render import Feed, Kind, page_name, paper_page_path

__all__ = ["feed_page_path", "feed_path", "page_name", "paper_page_path", "search_path", "term_path"]
HOME = "index.html"
OPML = "feeds.opml"
SEARCH = "search"


def feed_page_path(feed: Feed) -> str:
    """The page of a configured feed."""
    return f"feeds/{feed.slug}.html"


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
