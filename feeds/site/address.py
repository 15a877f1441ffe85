"""Where each page lives below the site's base address. Paths are relative, so that the pages work on any host."""

from datetime import date
from urllib.parse import quote

from feeds.citation import SUFFIXES, Form
from feeds.known import remembered
from feeds.query.faults import QUOTES, unreadable
from feeds.render import Feed, Kind, page_name, paper_page_path
from feeds.site.periods import Period
from feeds.site.sheets import Order
from feeds.words import tokens

__all__ = [
    "citation_path",
    "feed_page_path",
    "feed_path",
    "page_name",
    "paper_page_path",
    "period_path",
    "root_of",
    "search_path",
    "sheet_path",
    "subscribe_path",
    "term_path",
]
HOME = "index.html"
FEEDS = "feeds.html"
OPML = "feeds.opml"
SEARCH = "search"
FILE = "file"
"""The parameter that asks for a feed itself."""
_LONGEST = 200
"""Characters of a value that an address asks for."""


def feed_page_path(feed: Feed) -> str:
    """The page of a configured feed."""
    return f"feeds/{feed.slug}.html"


def period_path(period: Period) -> str:
    """The page of a day, week or month."""
    return f"{period.span}/{period.name}.html"


def day_path(day: date) -> str:
    """The page of a day."""
    return f"day/{day.isoformat()}.html"


def sheet_path(path: str, number: int, order: Order | None = None) -> str:
    """A list's page as one of its sheets; `order` where it is not the list's usual one, which a server alone has."""
    ways = [f"sort={quote(order, safe=':')}"] if order else []
    if "?" in path or order:
        ways += [f"page={number}"] if number else []
    elif number:
        path = f"{path.removesuffix('.html')}/{number}.html"
    return path + ("&" if "?" in path else "?") + "&".join(ways) if ways else path


def citation_path(key: str, form: Form) -> str:
    """A paper as a reference manager takes it."""
    return f"papers/{page_name(key)}.{SUFFIXES[form]}"


def root_of(path: str) -> str:
    """The way from a page to the start page's folder."""
    return "../" * path.partition("?")[0].count("/")


def search_path(query: str, form: Kind | str | None = None, within: Period | None = None) -> str:
    """The page of a query, its feed, or its papers by a citation's suffix; or the page of what it finds of a time."""
    asked = f"q={quote(query, safe='')}" + (f"&{within.span}={within.name}" if within else "")
    return f"{SEARCH}{f'.{form}' if form else ''}?{asked}"


def subscribe_path(query: str) -> str:
    """The page that offers a query by mail."""
    return f"subscribe?query={quote(query, safe='')}"


@remembered(2048)
def term_path(field: str, value: str) -> str:
    """The page of all papers that have this value in a field; empty where a query cannot ask for it."""
    plain = "".join(" " if one in f"{QUOTES}*\\" or unreadable(one) else one for one in value).strip()
    return search_path(f'{field}:"{plain}"') if len(plain) <= _LONGEST and tokens(plain) else ""


def as_file(path: str) -> str:
    """A feed's address at which a browser too is given the feed itself."""
    return f"{path}{'&' if '?' in path else '?'}{FILE}"


def feed_path(feed: Feed, form: Kind) -> str:
    """A feed's own address, below the site's."""
    return feed.file(form)
