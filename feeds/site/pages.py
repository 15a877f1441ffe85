"""Each page: what it shows, put into its template. Deciding what a query matches is the caller's."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from feeds.citation import coins, pasted, tags
from feeds.paper import Paper
from feeds.query import Query
from feeds.render import CONTENT_TYPES, Feed, Kind
from feeds.render.safe import legal
from feeds.site import address
from feeds.site.assets import POLICY, TEMPLATES, VERSION
from feeds.site.card import card_of, counted, found_in
from feeds.site.periods import SPANS, Period, brief, written
from feeds.site.pieces import piece
from feeds.site.sheets import AT_MOST
from feeds.site.start import start_link
from feeds.site.values import Elsewhere, FeedSummary, Listed, Search, Site, Stretch, Times

if TYPE_CHECKING:
    from jinja2 import Environment
from feeds.site.ways import ways_of
from feeds.site.weeks import bars, drawn
from feeds.weeks import Week, mean

NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}


def feed_item(site: Site, one: FeedSummary, mark: str = "") -> Markup:
    """A feed among others. `mark` is what it is made from (feeds.site.pieces)."""
    return piece(_parts().feed_item(site, one), mark)


def feeds_page(site: Site, feeds: Sequence[Feed], items: Sequence[Markup]) -> bytes:
    """Every feed with its count, its papers a week and its addresses: `items` are their `feed_item`."""
    return _page("feeds.html", site, "", items=_joined(items), alternates=feeds)


def home_page(
    site: Site, feeds: Sequence[Feed], items: Sequence[Markup], times: Times | None, papers: Stretch
) -> bytes:
    """The newest day by votes, and the first feeds beside it; `times` is None where no day has papers."""
    values = {"items": _joined(items[:AT_MOST]), "more": len(feeds) > AT_MOST} | _of_times(site, times, papers)
    return _page("home.html", site, "", feeds, **values)


def time_page(site: Site, times: Times, papers: Stretch, root: str = "../") -> bytes:
    """A day, week or month. `root` leads to the start page's folder."""
    return _page("time.html", site, root, (), **_of_times(site, times, papers))


def listed(
    paper: Paper, query: Query | None, root: str, mark: str = "", *, served: bool = False, dated: bool = False
) -> Listed:
    """A paper in a list, with what the query found in it marked. `root` leads to the start page's folder.

    `served`: its author and organisation lead to what they have else; `dated`: it says its day, as no heading does.
    """
    around = _around(paper, root, served=served, dated=dated)
    return Listed(paper.announced, piece(_parts().paper(found_in(paper, query), *around), mark))


def feed_page(
    site: Site,
    feed: Feed,
    papers: Stretch,
    weeks: Sequence[Week] = (),
    elsewhere: Sequence[Elsewhere] = (),
    root: str = "../",
) -> bytes:
    """A feed: how to subscribe, and its newest papers by day, in the order of the feed; or a sheet of older ones."""
    ways = ways_of(papers.sheet, address.feed_page_path(feed), papers.order, "new", site.libraries, served=site.served)
    values = {"feed": feed, "sheet": papers.sheet, "days": _by_day(papers), "ways": ways, "weeks": weeks}
    return _page("feed.html", site, root, [feed], **values, elsewhere=elsewhere)


def paper_page(
    site: Site,
    paper: Paper,
    feeds: Sequence[Feed] = (),
    root: str = "../",
    near: Sequence[tuple[Paper, Sequence[str]]] = (),
) -> bytes:
    """All that is known of a paper, the feeds that it stands in, and what is `near` it, with the words shared.

    `root` leads to the start page's folder.
    """
    neighbours = [(address.paper_page_path(one.key), one.title, ", ".join(words)) for one, words in near]
    shown = {"card": card_of(paper), "found": found_in(paper), "feeds": feeds, "neighbours": neighbours}
    taken = {"tags": tags(paper), "citation": pasted(paper), "key": paper.key or paper.id}
    return _page("paper.html", site, root, feeds, **shown, **taken)


def search_page(site: Site, search: Search) -> bytes:
    """A form for a query; what it matches now, papers a week, and its feeds; or what is wrong with it."""
    dated = search.order != "new" and not (search.within and search.within.span == "day")
    papers = [listed(paper, search.query, "", served=site.served, dated=dated) for paper in search.papers]
    path = address.search_path(search.feed.query, within=search.within) if search.feed else ""
    values = {
        "search": search,
        "days": _by_day(Stretch(papers, search.sheet, search.order)),
        "ways": ways_of(search.sheet, path, search.order, search.usual, site.libraries, served=site.served),
    }
    return _page("search.html", site, "", [search.feed] if search.feed else [], **values)


def address_page(site: Site, feed: Feed, form: Kind, root: str = "") -> bytes:
    """What a feed is, and what to do with its address, for a person who opened it."""
    return _page("address.html", site, root, [feed], feed=feed, form=form)


def error_page(site: Site, title: str, words: str, root: str = "") -> bytes:
    """A page that says what went wrong. It leads back to the start page."""
    return _page("error.html", site, root, (), title=title, words=words)


def _page(template: str, site: Site, root: str, alternates: Sequence[Feed], **values: object) -> bytes:
    told = (alternates or site.feeds)[:AT_MOST]
    page = environment().get_template(template).render(site=site, root=root, alternates=told, **values)
    return page.encode("utf-8", "replace")


def _of_times(site: Site, times: Times | None, papers: Stretch) -> dict[str, object]:
    """What a template needs to show a time."""
    path = address.period_path(times.period) if times else ""
    ways = ways_of(papers.sheet, path, papers.order, "votes", site.libraries, served=site.served)
    return {
        "times": times,
        "around": _around_of(times.period) if times else (),
        "sheet": papers.sheet,
        "days": _by_day(papers, headed=times is not None and times.period.span != "day"),
        "ways": ways,
    }


def _around_of(period: Period) -> list[Period]:
    """The longer times that a time lies in, as far as its first day does."""
    return [Period.around(period.first, span) for span in SPANS[SPANS.index(period.span) + 1 :]]


@lru_cache(maxsize=512)
def _around(paper: Paper, root: str, *, served: bool, dated: bool) -> tuple[str, Markup, Markup, Markup, str]:
    """Where the paper's page is, its picture, its authors, its facts, and what Zotero finds: the same in every feed."""
    card = card_of(paper)
    picture, authors = _parts().picture(card, root), _parts().authors(card, root, served)
    return root + card.path, picture, authors, _parts().facts(card, dated), coins(paper)


def _by_day(papers: Stretch, *, headed: bool = True) -> list[tuple[date | None, Markup]]:
    """Under their days, if they stand by day; else all together."""
    found = groupby(papers.papers, key=lambda one: one.day if headed and papers.order == "new" else None)
    return [(day, _joined(one.html for one in some)) for day, some in found]


def _terms(root: str, field: str, values: Sequence[str], served: bool) -> Markup:  # noqa: FBT001  (templates ask)
    """Values of a field with commas between; where a server answers, each leads to all papers that have it."""
    if not served:
        return escape(", ".join(values))
    return Markup(", ").join(_term(root, path, one) for one in values for path in [address.term_path(field, one)])


def _term(root: str, path: str, value: str) -> Markup:
    return Markup('<a href="{}{}">{}</a>').format(root, path, value) if path else escape(value)


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup("".join(parts))  # noqa: S704  (Markup itself would look at each part again)


@cache
def environment() -> "Environment":
    """Made when a page is: loading Jinja and compiling the templates takes 0.1 s (measured)."""
    from jinja2 import DictLoader, Environment, StrictUndefined  # noqa: PLC0415

    made = Environment(
        loader=DictLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.filters.update(legal=legal, written=written, brief=brief, counted=counted)
    made.globals.update(address=address, bars=bars, drawn=drawn, mean=mean, names=NAMES, types=CONTENT_TYPES)
    made.globals.update(start_link=start_link, policy=POLICY, version=VERSION, terms=_terms)
    return made


@cache
def _parts() -> Any:
    """The macros of parts.html, as functions."""
    return environment().get_template("parts.html").module
