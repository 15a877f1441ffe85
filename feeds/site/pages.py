"""Each page: what it shows, put into its template. Deciding what a query matches is the caller's."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from jinja2 import DictLoader, Environment, StrictUndefined

from feeds.paper import Paper
from feeds.query import Query, QueryError
from feeds.render import CONTENT_TYPES, Feed, Kind
from feeds.render.safe import legal
from feeds.site import address
from feeds.site.assets import POLICY, TEMPLATES, VERSION
from feeds.site.card import Card, card_of, counted
from feeds.site.weeks import Week, bars, mean, weeks_of

AT_MOST = 100
"""Papers on one page; a feed may hold more."""
NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}
_MONTHS = "January February March April May June July August September October November December"


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages share."""

    base_url: str
    formats: tuple[Kind, ...]
    served: bool = False
    """A server answers: queries lead somewhere."""
    telegram_bot: str = ""
    """The bot's name without @, or empty."""


@dataclass(frozen=True, slots=True)
class FeedSummary:
    """A feed on the start page: how many papers it ever had, and in the last weeks."""

    feed: Feed
    papers: int
    weeks: tuple[Week, ...]

    @classmethod
    def of(cls, feed: Feed, days: Mapping[date, int], newest: date | None) -> "FeedSummary":
        """Of its papers each day, up to the week of the newest day that any feed has."""
        counts = Counter(days)
        return cls(feed, counts.total(), weeks_of(counts.elements(), newest))


@dataclass(frozen=True, slots=True)
class Search:
    """A query and what came of it; without `feed`, nothing was asked yet, or it was no query."""

    text: str
    query: Query | None = None
    feed: Feed | None = None
    papers: tuple[Paper, ...] = ()
    """The newest, in the order of feeds."""
    total: int = 0
    weeks: tuple[Week, ...] = ()
    error: QueryError | None = None


def home_page(site: Site, feeds: Sequence[FeedSummary]) -> bytes:
    """Every feed with its count, its papers a week and its addresses."""
    return _page("home.html", site, "", feeds=feeds, alternates=[one.feed for one in feeds])


def feed_page(site: Site, feed: Feed, query: Query, papers: Sequence[Paper], weeks: Sequence[Week] = ()) -> bytes:
    """A feed: how to subscribe, and its newest papers by day. `papers` are in the order of the feed."""
    days = _by_day(papers[:AT_MOST], query)
    left = len(papers) - AT_MOST
    return _page("feed.html", site, "../", feed=feed, days=days, weeks=weeks, left=left, alternates=[feed])


def paper_page(site: Site, paper: Paper, feeds: Sequence[Feed] = (), root: str = "../") -> bytes:
    """All that is known of a paper, and the feeds that it stands in. `root` leads to the start page's folder."""
    return _page("paper.html", site, root, card=card_of(paper), feeds=feeds, alternates=feeds)


def search_page(site: Site, search: Search) -> bytes:
    """A form for a query; what it matches now, papers a week, and its feeds; or what is wrong with it."""
    days = _by_day(search.papers, search.query)
    alternates = [search.feed] if search.feed else []
    return _page("search.html", site, "", search=search, days=days, alternates=alternates)


def error_page(site: Site, title: str, words: str, root: str = "") -> bytes:
    """A page that says what went wrong. It leads back to the start page."""
    return _page("error.html", site, root, title=title, words=words, alternates=())


def _page(name: str, site: Site, root: str, **values: object) -> bytes:
    page = _ENVIRONMENT.get_template(name).render(site=site, root=root, **values)
    return page.encode("utf-8", "replace")


def _by_day(papers: Iterable[Paper], query: Query | None) -> list[tuple[date | None, list[Card]]]:
    cards = (card_of(paper, query) for paper in papers)
    return [(day, list(some)) for day, some in groupby(cards, key=lambda card: card.day)]


def _written(day: date) -> str:
    """`4 September 2025`: without the locale, which is the process's."""
    return f"{day.day} {_MONTHS.split()[day.month - 1]} {day.year}"


def _environment() -> Environment:
    made = Environment(
        loader=DictLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters.update(legal=legal, written=_written, counted=counted)
    made.globals.update(address=address, bars=bars, mean=mean, names=NAMES, types=CONTENT_TYPES)
    made.globals.update(policy=POLICY, version=VERSION)
    return made


_ENVIRONMENT = _environment()
