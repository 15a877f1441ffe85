"""Each page: what it shows, put into its template. Deciding what a query matches is the caller's."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain, groupby
from typing import Any, TypeAlias

from markupsafe import Markup

from feeds.citation import pasted, tags
from feeds.paper import Paper
from feeds.render import Feed, Kind
from feeds.site import address
from feeds.site.card import card_of, found_in
from feeds.site.drawing import environment, parts
from feeds.site.listing import listed
from feeds.site.periods import SPANS, Period
from feeds.site.pieces import piece
from feeds.site.sheets import AT_MOST
from feeds.site.values import Elsewhere, FeedSummary, Search, Site, Stretch, Times
from feeds.site.ways import ways_of
from feeds.weeks import Week

_PAPERS = Markup("<!--papers-->")
"""Where those of a day are to stand; no text on a page holds a raw `<`."""
_Days: TypeAlias = Sequence[tuple[date | None, str]]
"""Papers ready to stand on a page, under their days or all together."""


def feed_item(site: Site, one: FeedSummary, mark: str = "") -> Markup:
    """A feed among others. `mark` is what it is made from (feeds.site.pieces)."""
    return piece(parts().feed_item(site, one), mark)


def feeds_page(site: Site, feeds: Sequence[Feed], items: Sequence[Markup]) -> bytes:
    """Every feed with its count, its papers a week and its addresses: `items` are their `feed_item`."""
    return _page("feeds.html", site, "", items=_joined(items), alternates=feeds)


def home_page(
    site: Site, feeds: Sequence[Feed], items: Sequence[Markup], times: Times | None, papers: Stretch
) -> bytes:
    """The newest day by votes, and the first feeds beside it; `times` is None where no day has papers."""
    values: dict[str, Any] = {"items": _joined(items[:AT_MOST]), "more": len(feeds) > AT_MOST} | _of_times(
        site, times, papers
    )
    return _page("home.html", site, "", feeds, **values)


def time_page(site: Site, times: Times, papers: Stretch, root: str = "../") -> bytes:
    """A day, week or month. `root` leads to the start page's folder."""
    return _page("time.html", site, root, (), **_of_times(site, times, papers))


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
    values: dict[str, Any] = {
        "feed": feed,
        "sheet": papers.sheet,
        "days": _by_day(papers),
        "ways": ways,
        "weeks": weeks,
    }
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
    shown: dict[str, Any] = {"card": card_of(paper), "found": found_in(paper), "feeds": feeds, "neighbours": neighbours}
    taken: dict[str, Any] = {"tags": tags(paper), "citation": pasted(paper), "key": paper.key or paper.id}
    return _page("paper.html", site, root, feeds, **shown, **taken)


def search_page(site: Site, search: Search) -> bytes:
    """A form for a query; what it matches now, papers a week, and its feeds; or what is wrong with it."""
    dated = search.order != "new" and not (search.within and search.within.span == "day")
    papers = [listed(paper, search.query, "", served=site.served, dated=dated) for paper in search.papers]
    path = address.search_path(search.feed.query, within=search.within) if search.feed else ""
    values: dict[str, Any] = {
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


def _page(
    template: str, site: Site, root: str, alternates: Sequence[Feed], days: _Days = (), **values: object
) -> bytes:
    told = (alternates or site.feeds)[:AT_MOST]
    empty = [(day, _PAPERS) for day, _ in days]
    page = environment().get_template(template).render(site=site, root=root, alternates=told, days=empty, **values)
    if days:  # put in last: what a template is given it copies ten times
        filled = zip(page.split(_PAPERS), [*(some for _, some in days), ""], strict=True)
        page = "".join(chain.from_iterable(filled))
    return page.encode("utf-8", "replace")


def _of_times(site: Site, times: Times | None, papers: Stretch) -> dict[str, Any]:
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


def _by_day(papers: Stretch, *, headed: bool = True) -> _Days:
    """Under their days, if they stand by day; else all together."""
    found = groupby(papers.papers, key=lambda one: one.day if headed and papers.order == "new" else None)
    return [(day, "".join(one.html for one in some)) for day, some in found]


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup("".join(parts))  # noqa: S704  (Markup itself would look at each part again)
