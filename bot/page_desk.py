"""Makes the pages that are written as files. Parts that did not change are taken over from the page that we wrote last.

Reads files of ours and writes none: bot.site asks the store, writes, and notes what was written.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import blake2b

from markupsafe import Markup

from bot import publish
from bot.config import Config
from bot.store import codec
from bot.store.paper_rows import PaperRow
from bot.store.published import File
from feeds.query import Query
from feeds.render import opml
from feeds.site import (
    AT_MOST,
    LOOK,
    FeedSummary,
    Listed,
    Site,
    feed_item,
    feed_page,
    home_page,
    listed,
    paper_page,
    pieces,
    weeks_of,
)
from feeds.site.address import HOME, feed_page_path, paper_page_path
from feeds.site.weeks import monday


@dataclass(frozen=True, slots=True)
class Content:
    """What the page of a feed is made from."""

    members: Set[int]
    """The rows of all its papers."""
    rows: Sequence[PaperRow]
    """Those of them that it shows, in its order."""
    days: Sequence[date]
    """When each of all was announced."""


@dataclass(frozen=True, slots=True)
class Made:
    """A page, the feed that it is of (if it is), and what it was made from: the same stamp, the same page."""

    html: bytes
    stamp: str
    slug: str = ""


class PageDesk:
    """For one round: `known` are the pages that we wrote, by path, `newest` is the last day of the archive."""

    def __init__(self, config: Config, known: Mapping[str, File], newest: date | None) -> None:
        settings = config.settings
        self._feeds = {table.slug: publish.feed_of(table, settings.publish) for table in settings.feeds}
        self._queries: Mapping[str, Query] = {table.slug: table.query for table in settings.feeds}
        self._site = Site(settings.publish.base_url, settings.publish.formats, telegram_bot=settings.web.telegram_bot)
        self._public = config.public
        self._newest = newest
        self._known = known
        self._moved: set[int] = set()
        """Papers that were told already: a paper may stand in many feeds."""

    def opml(self) -> bytes:
        """All feeds, for a feed reader."""
        return opml(self._feeds.values(), "Paper Round", self._site.formats[0])

    def stamps(self, versions: Mapping[str, int]) -> dict[str, str]:
        """What each feed's page is made from, by slug."""
        return {slug: publish.stamp_of(LOOK, self._site, one, versions.get(slug)) for slug, one in self._feeds.items()}

    def due(self, stamps: Mapping[str, str]) -> list[str]:
        """The feeds whose page is not as it should be."""
        return [slug for slug, stamp in stamps.items() if self._noted(feed_page_path(self._feeds[slug])) != stamp]

    def feed_pages(
        self, contents: Mapping[str, Content], stamps: Mapping[str, str]
    ) -> tuple[dict[str, Made], set[int]]:
        """The pages of feeds by path; and the rows of papers that came, went or changed, each told once."""
        made: dict[str, Made] = {}
        moved: set[int] = set()
        for slug, content in contents.items():
            feed, query = self._feeds[slug], self._queries[slug]
            before = self._pieces(feed_page_path(feed))
            made_for = publish.stamp_of(LOOK, feed)  # its title stands on the pages of its papers
            marks = {row.id: f"{row.id}-{_stamp(row, made_for)}" for row in content.rows}
            papers = [self._listed(row, query, marks[row.id], before) for row in content.rows[:AT_MOST]]
            weeks = weeks_of(content.days, self._newest)
            html = feed_page(self._site, feed, papers, weeks, len(content.rows) - len(papers))
            made[feed_page_path(feed)] = Made(html, stamps[slug], slug)
            moved |= {row for row, mark in marks.items() if mark not in before}
            moved |= _rows(before) - content.members
        moved -= self._moved
        self._moved |= moved
        return made, moved

    def shown_by(self, pages: Iterable[File]) -> set[int]:
        """The rows of the papers on these pages of feeds."""
        return set().union(*(_rows(self._pieces(page.path)) for page in pages))

    def paper_pages(self, rows: Iterable[PaperRow], slugs: Mapping[int, Sequence[str]]) -> dict[str, Made]:
        """The pages of papers that differ, by path. `slugs` are the feeds that they stand in."""
        made: dict[str, Made] = {}
        for row in rows:
            path = paper_page_path(row.key)
            feeds = [self._feeds[slug] for slug in slugs.get(row.id, ()) if slug in self._feeds]
            stamp = _stamp(row, publish.stamp_of(LOOK, self._site, feeds))
            if self._noted(path) != stamp:
                made[path] = Made(paper_page(self._site, codec.from_row(row), feeds), stamp)
        return made

    def stale_items(self, stamps: Mapping[str, str]) -> list[str] | None:
        """The feeds that must be counted anew for the start page; None if the page is as it should be."""
        marks = self._item_marks(stamps)
        if self._noted(HOME) == publish.stamp_of(marks):
            return None
        return [slug for slug, mark in marks.items() if mark not in self._items]

    def home_page(self, stamps: Mapping[str, str], days: Mapping[str, Mapping[date, int]]) -> Made:
        """The start page; `days` are of the feeds to be counted anew: how many papers they have of each."""
        marks = self._item_marks(stamps)
        items = [self._items.get(mark) or self._item(slug, mark, days) for slug, mark in marks.items()]
        return Made(home_page(self._site, list(self._feeds.values()), items), publish.stamp_of(marks))

    @cached_property
    def _items(self) -> Mapping[str, Markup]:
        return self._pieces(HOME)

    def _noted(self, path: str) -> str:
        """What a page that is as we wrote it was made from; empty for others."""
        file = self._known.get(path)
        stands = file and publish.look(f"{self._public}/{path}") == (file.size, file.mtime)
        return file.stamp if file and stands else ""

    def _pieces(self, path: str) -> Mapping[str, Markup]:
        """The parts of a page that is as we wrote it."""
        return pieces((self._public / path).read_text("utf-8")) if self._noted(path) else {}

    def _listed(self, row: PaperRow, query: Query, mark: str, before: Mapping[str, Markup]) -> Listed:
        if mark in before:
            return Listed(date.fromisoformat(row.announced), before[mark])
        return listed(codec.from_row(row), query, "../", mark)

    def _item_marks(self, stamps: Mapping[str, str]) -> dict[str, str]:
        """What each feed's item is made from; its bars end with the newest week."""
        week = f"{monday(self._newest):%Y%m%d}" if self._newest else ""
        return {slug: f"{stamp}-{week}" for slug, stamp in stamps.items()}

    def _item(self, slug: str, mark: str, days: Mapping[str, Mapping[date, int]]) -> Markup:
        summary = FeedSummary.of(self._feeds[slug], days[slug], self._newest)
        return feed_item(self._site, summary, mark)


def _rows(marks: Iterable[str]) -> set[int]:
    """The papers that the parts of a feed's page are of."""
    return {int(mark.partition("-")[0]) for mark in marks}


def _stamp(row: PaperRow, made_for: str) -> str:
    """Of all that a page shows of a paper."""
    return blake2b(f"{made_for} {row.key} {row.announced} {row.data}".encode(), digest_size=12).hexdigest()
