"""Makes the pages that are written as files, but for those of papers (bot.publishing.paper_desk).

Parts that did not change are taken over from the page that we wrote last.

Reads files of ours and writes none: bot.publishing.site asks the store, writes, and notes what was written.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property

from markupsafe import Markup

from bot.publishing.feed_sheets import DueSheet, papers_on
from bot.publishing.files import Mark, stamp_of
from bot.publishing.made import Made, lister_of
from bot.publishing.plan import Plan
from bot.publishing.standing import Standing
from bot.publishing.time_desk import TimeDesk
from bot.store.archive.feeds import Held
from bot.store.archive.paper_rows import DayState, PaperRow
from bot.store.archive.published import File
from feeds.known import Known
from feeds.render import opml
from feeds.site import (
    AT_MOST,
    FeedSummary,
    Listed,
    Stretch,
    feed_item,
    feed_page,
    feeds_page,
    home_page,
    path_of,
    root_of,
    sheets,
)
from feeds.site.address import FEEDS, HOME, OPML
from feeds.weeks import Covered, weeks_of

LISTERS = 128
"""Papers of which is remembered what feeds found in them, a tenth of a megabyte each: the new ones stand in many."""


class PageDesk:
    """For one round.

    `known` are the pages that we wrote, by path; `days` are those on which papers were announced, in their order.
    """

    def __init__(
        self,
        plan: Plan,
        known: Mapping[str, File],
        days: Mapping[date, DayState],
        now: datetime,
    ) -> None:
        self._plan = plan
        self._listers = Known(lister_of, LISTERS)
        self._standing = Standing(plan.config.public, known, now.timestamp())
        self._sheets_of: dict[str, list[File]] = defaultdict(list)
        for file in known.values():
            if file.feed:
                self._sheets_of[file.feed].append(file)
        self._first = min(days, default=None)
        self._covered = Covered.shown(self._first, max(days)) if self._first else None
        self._weeks = stamp_of(self._covered)[:8]
        self.times = TimeDesk(plan.sites, self._standing, days, now.date(), self._plan.configured)

    def gone(self) -> list[File]:
        """Pages of feeds that are no longer configured, and of times without papers."""
        own = {HOME, FEEDS, OPML, *self.times.paths()}
        return [
            file
            for path, file in self._standing.known.items()
            if (file.feed not in self._plan.feeds if file.feed else path not in own)
        ]

    def opml(self) -> dict[str, Made]:
        """The list of all feeds, for a feed reader, unless it stands."""
        if self._standing.noted(OPML) == self._plan.configured:
            return {}
        listed_feeds = opml(self._plan.feeds.values(), "Paper Round", self._plan.site.formats[0])
        return {OPML: Made(listed_feeds, Mark(self._plan.configured))}

    def stamps(self, versions: Mapping[str, int]) -> dict[str, str]:
        """What each feed's page is made from, by slug."""
        return self._plan.stamps(versions, self._first)

    def due(self, stamps: Mapping[str, str]) -> list[str]:
        """The feeds of whose sheets one may not be as it should be."""
        return [slug for slug, stamp in stamps.items() if not self._is_right(slug, stamp)]

    def _is_right(self, slug: str, stamp: str) -> bool:
        """Whether a feed's own page was made from this, and all that it wrote then stands, as many as it says."""
        path, noted = self._plan.pages[slug], self._standing.noted
        made_from, _, count = noted(path).partition(" ")
        return made_from == stamp and all(noted(path_of(path, n, "new", "new")) for n in range(1, int(count) + 1))

    def due_sheets(self, slug: str, held: Sequence[Held], stamp: str) -> list[DueSheet]:
        """The sheets of a feed's page that are not as they should be, the oldest first."""
        own, made = self._plan.pages[slug], []
        for one in reversed(sheets(len(held), "new")):
            path = path_of(own, one.number, "new", "new")
            some = held[one.start : one.stop]
            rows = [paper.row for paper in some]
            if one.number:
                facts = stamp_of(self._plan.looks[slug], one.oldest, [(paper.row, paper.page) for paper in some])
                due = DueSheet(slug, one, path, own, rows, Mark(facts, slug))
            else:
                days = [paper.day for paper in held]
                weeks = weeks_of(days, first=self._first)  # to its own newest: no other feed changes its page
                due = DueSheet(slug, one, path, own, rows, Mark(f"{stamp} {one.next or 0}", slug), weeks)
            if self._standing.noted(path) != due.mark.stamp:
                made.append(due)
        return made

    def beyond(self, slug: str, held: Sequence[Held]) -> list[File]:
        """The sheets that a feed's page has no more."""
        paths = {path_of(self._plan.pages[slug], one.number, "new", "new") for one in sheets(len(held), "new")}
        return [file for file in self._sheets_of[slug] if file.path not in paths]

    def feed_pages(self, some: Sequence[DueSheet], rows: Mapping[int, PaperRow]) -> dict[str, Made]:
        """Sheets of feeds' pages, by path."""
        lists = papers_on(some, self._plan.queries, rows, self._standing, self._listers.__getitem__)
        return {due.path: Made(self._feed_page(due, papers), due.mark) for due, papers in zip(some, lists, strict=True)}

    def _feed_page(self, due: DueSheet, papers: Sequence[Listed]) -> bytes:
        feed, stretch = self._plan.feeds[due.slug], Stretch(papers, due.sheet)
        return feed_page(self._plan.site, feed, stretch, due.weeks, self._plan.places(due.slug), root_of(due.path))

    def stale_items(self, stamps: Mapping[str, str]) -> list[str] | None:
        """The feeds that must be counted anew for the list of feeds and the start page; None if both are right."""
        if self._noted_fronts == (self._every(stamps), self._home(stamps).stamp):
            return None
        return [slug for slug, stamp in stamps.items() if self._counted(stamp) not in self._items]

    def fronts(
        self, stamps: Mapping[str, str], days: Mapping[str, Sequence[date]], newest: Iterable[PaperRow]
    ) -> dict[str, Made]:
        """The list of feeds and the start page, by path, if they are not as they should be.

        `days` are of the papers of the feeds to be counted anew, `newest` the papers of the newest day.
        """
        marks = {slug: self._counted(stamp) for slug, stamp in stamps.items()}
        items = [self._items.get(mark) or self._item(slug, mark, days[slug]) for slug, mark in marks.items()]
        feeds, (every, home) = list(self._plan.feeds.values()), self._noted_fronts
        made: dict[str, Made] = {}
        if every != self._every(stamps):
            made[FEEDS] = Made(feeds_page(self._plan.site, feeds, items), Mark(self._every(stamps)))
        if home != (mark := self._home(stamps)).stamp:
            front = self.times.front(newest, self._standing.pieces([HOME]))
            made[HOME] = Made(home_page(self._plan.site, feeds, items, *front), mark)
        return made

    @property
    def _noted_fronts(self) -> tuple[str, str]:
        return self._standing.noted(FEEDS), self._standing.noted(HOME)

    @cached_property
    def _items(self) -> Mapping[str, Markup]:
        return self._standing.pieces([FEEDS])

    def _every(self, stamps: Mapping[str, str]) -> str:
        return stamp_of(stamps, self._covered)

    def _home(self, stamps: Mapping[str, str]) -> Mark:
        newest, shown = self.times.front_mark, list(stamps.values())[:AT_MOST]
        return replace(newest, stamp=stamp_of(newest.stamp, shown, len(stamps) > AT_MOST, self._covered))

    def _counted(self, stamp: str) -> str:
        """What a feed's item is made from: it says how many a week up to now."""
        return f"{stamp}-{self._weeks}"

    def _item(self, slug: str, mark: str, days: Sequence[date]) -> Markup:
        return feed_item(self._plan.site, FeedSummary.of(self._plan.feeds[slug], days, self._covered), mark)
