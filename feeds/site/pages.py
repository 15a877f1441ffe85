"""Each page: what it shows, put into its template. Deciding what a query matches is the caller's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from feeds.paper import Paper
from feeds.query import Query, QueryError
from feeds.render import CONTENT_TYPES, Feed, Kind
from feeds.render.safe import legal
from feeds.site import address
from feeds.site.assets import POLICY, TEMPLATES, VERSION
from feeds.site.card import card_of, counted, found_in
from feeds.site.pieces import piece
from feeds.site.weeks import bars, drawn
from feeds.weeks import Covered, Week, mean, plotted

AT_MOST = 100
"""Papers on one page, and feeds that a page tells a browser of."""
NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}
_MONTHS = "January February March April May June July August September October November December"


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages share."""

    base_url: str
    formats: tuple[Kind, ...]
    served: bool = False
    """A server answers: queries lead somewhere."""
    feeds: tuple[Feed, ...] = ()
    """Those that a page tells a browser of which has none of its own; the first hundred are told."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where the papers of a query are read beside feeds: a public channel that they are posted to."""

    name: str
    """The platform's."""
    href: str


@dataclass(frozen=True, slots=True)
class FeedSummary:
    """A feed on the start page: how many papers it ever had, when the newest, and how many in the weeks before that."""

    feed: Feed
    papers: int
    newest: date | None
    weeks: tuple[Week, ...]

    @classmethod
    def of(cls, feed: Feed, days: Sequence[date], covered: Covered | None) -> "FeedSummary":
        """Of the days of its papers, and those that the archive covers: nothing else changes it."""
        return cls(feed, len(days), max(days, default=None), plotted(days, covered) if days else ())


@dataclass(frozen=True, slots=True)
class Listed:
    """A paper as it stands in a list of papers."""

    day: date | None
    html: Markup


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
    elsewhere: tuple[Elsewhere, ...] = ()
    archive_is_empty: bool = False
    """Nothing was collected yet, so nothing can be found."""


def feed_item(site: Site, one: FeedSummary, mark: str = "") -> Markup:
    """A feed on the start page. `mark` is what it is made from (feeds.site.pieces)."""
    return piece(_PARTS.feed_item(site, one), mark)


def home_page(site: Site, feeds: Sequence[Feed], items: Sequence[Markup]) -> bytes:
    """Every feed with its count, its papers a week and its addresses: `items` are their `feed_item`."""
    return _page("home.html", site, "", items=_joined(items), alternates=feeds)


def listed(paper: Paper, query: Query | None, root: str, mark: str = "") -> Listed:
    """A paper in a list, with what the query found in it marked. `root` leads to the start page's folder."""
    found = found_in(paper, query)
    return Listed(paper.announced, piece(_PARTS.paper(found, *_around(paper, root)), mark))


def feed_page(
    site: Site,
    feed: Feed,
    papers: Sequence[Listed],
    weeks: Sequence[Week] = (),
    left: int = 0,
    elsewhere: Sequence[Elsewhere] = (),
) -> bytes:
    """A feed: how to subscribe, and its newest papers by day, in the order of the feed. It holds `left` more."""
    values = {"feed": feed, "days": _by_day(papers), "weeks": weeks, "left": left, "elsewhere": elsewhere}
    return _page("feed.html", site, "../", [feed], **values)


def paper_page(site: Site, paper: Paper, feeds: Sequence[Feed] = (), root: str = "../") -> bytes:
    """All that is known of a paper, and the feeds that it stands in. `root` leads to the start page's folder."""
    return _page("paper.html", site, root, card=card_of(paper), found=found_in(paper), feeds=feeds, alternates=feeds)


def search_page(site: Site, search: Search) -> bytes:
    """A form for a query; what it matches now, papers a week, and its feeds; or what is wrong with it."""
    days = _by_day([listed(paper, search.query, "") for paper in search.papers])
    alternates = [search.feed] if search.feed else []
    return _page("search.html", site, "", search=search, days=days, alternates=alternates)


def error_page(site: Site, title: str, words: str, root: str = "") -> bytes:
    """A page that says what went wrong. It leads back to the start page."""
    return _page("error.html", site, root, title=title, words=words, alternates=())


def _page(name: str, site: Site, root: str, alternates: Sequence[Feed], **values: object) -> bytes:
    told = (alternates or site.feeds)[:AT_MOST]
    page = _ENVIRONMENT.get_template(name).render(site=site, root=root, alternates=told, **values)
    return page.encode("utf-8", "replace")


@lru_cache(maxsize=2048)
def _around(paper: Paper, root: str) -> tuple[str, Markup, Markup, Markup]:
    """Where the paper's page is, its picture, its authors, and its facts: the same in every feed."""
    card = card_of(paper)
    return root + card.path, _PARTS.picture(card, root), _PARTS.authors(card, root), _PARTS.facts(card)


def _by_day(papers: Iterable[Listed]) -> list[tuple[date | None, Markup]]:
    return [(day, _joined(one.html for one in some)) for day, some in groupby(papers, key=lambda one: one.day)]


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup("".join(parts))  # noqa: S704  (Markup itself would look at each part again)


@lru_cache(maxsize=4096)
def _written(day: date) -> str:
    """`4 September 2025`: without the locale, which is the process's."""
    return f"{day.day} {_MONTHS.split()[day.month - 1]} {day.year}"


def _environment() -> Environment:
    made = Environment(
        loader=DictLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters.update(legal=legal, written=_written, counted=counted)
    made.globals.update(address=address, bars=bars, drawn=drawn, mean=mean, names=NAMES, types=CONTENT_TYPES)
    made.globals.update(policy=POLICY, version=VERSION)
    return made


_ENVIRONMENT = _environment()
_PARTS: Any = _ENVIRONMENT.get_template("parts.html").module  # its macros are functions
