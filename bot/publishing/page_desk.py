"""Makes the pages that are written as files. Parts that did not change are taken over from the page that we wrote last.

Reads files of ours and writes none: bot.publishing.site asks the store, writes, and notes what was written.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from hashlib import blake2b

from markupsafe import Markup

from bot.config.load import Config
from bot.publishing.files import Mark, elsewhere_of, feed_of, look, stamp_of
from bot.store.archive import codec
from bot.store.archive.paper_rows import PaperRow
from bot.store.archive.published import File
from feeds.query import Query
from feeds.render import Feed, opml
from feeds.site import (
    AT_MOST,
    LOOK,
    Elsewhere,
    FeedSummary,
    Listed,
    Site,
    feed_item,
    feed_page,
    home_page,
    listed,
    paper_page,
    pieces,
)
from feeds.site.address import HOME, OPML, feed_page_path, paper_page_path
from feeds.weeks import Covered, weeks_of


@dataclass(frozen=True, slots=True)
class Content:
    """What the page of a feed is made from."""

    rows: Sequence[PaperRow]
    """Of the papers that it shows, in its order."""
    days: Sequence[date]
    """When each of all that the feed holds was announced."""
    until: float | None
    """When it changes by time alone, in Unix seconds."""


@dataclass(frozen=True, slots=True)
class Made:
    """A page, and what it was made from."""

    html: bytes
    mark: Mark


class PageDesk:
    """For one round.

    `known` are the pages that we wrote, by path; `papers` is row, key and page number of each; `ends` are the first
    and the newest day of the archive.
    """

    def __init__(
        self,
        config: Config,
        known: Mapping[str, File],
        papers: Iterable[tuple[int, str, int]],
        ends: tuple[date, date] | None,
        now: datetime,
    ) -> None:
        settings = config.settings
        self._feeds = {table.slug: feed_of(table, settings.publish) for table in settings.feeds}
        self._queries: Mapping[str, Query] = {table.slug: table.query for table in settings.feeds}
        self._site = Site(settings.publish.base_url, settings.publish.formats)
        self._elsewhere = elsewhere_of(settings)
        self._entries = settings.publish.entries
        shared = f"{LOOK} {self._site}"
        self._looks = {slug: stamp_of(shared, one, *self._places(one)) for slug, one in self._feeds.items()}
        self._configured = stamp_of(list(self._looks.values()))
        self._public = config.public
        self._known = known
        self._papers = {paper_page_path(key): (row, number) for row, key, number in papers}
        self._covered = Covered.shown(*ends) if ends else None
        self._first = ends and ends[0]
        self._now = now.timestamp()

    def gone(self) -> list[File]:
        """Pages of feeds that are no longer configured, and of papers that are another one now."""
        return [file for path, file in self._known.items() if self._is_gone(path, file)]

    def opml(self) -> dict[str, Made]:
        """The list of all feeds, for a feed reader, unless it stands."""
        if self._noted(OPML) == self._configured:
            return {}
        listed_feeds = opml(self._feeds.values(), "Paper Round", self._site.formats[0])
        return {OPML: Made(listed_feeds, Mark(self._configured))}

    def stamps(self, versions: Mapping[str, int]) -> dict[str, str]:
        """What each feed's page is made from, by slug."""
        return {
            slug: stamp_of(facts, self._entries, versions.get(slug), self._first) for slug, facts in self._looks.items()
        }

    def due(self, stamps: Mapping[str, str]) -> list[str]:
        """The feeds whose page is not as it should be."""
        return [slug for slug, stamp in stamps.items() if self._noted(feed_page_path(self._feeds[slug])) != stamp]

    def feed_pages(self, contents: Mapping[str, Content], stamps: Mapping[str, str]) -> dict[str, Made]:
        """The pages of feeds, by path."""
        made: dict[str, Made] = {}
        for slug, content in contents.items():
            feed, query, rows = self._feeds[slug], self._queries[slug], content.rows
            before = self._pieces(feed_page_path(feed))
            made_for = stamp_of(LOOK, str(query))
            papers = [self._listed(row, query, _stamp(row, made_for), before) for row in rows[:AT_MOST]]
            weeks = weeks_of(content.days, first=self._first)  # to its own newest: no other feed changes its page
            html = feed_page(self._site, feed, papers, weeks, len(rows) - len(papers), self._places(feed))
            made[feed_page_path(feed)] = Made(html, Mark(stamps[slug], slug, content.until))
        return made

    def due_papers(self, shown: Iterable[int]) -> list[int]:
        """The rows of papers whose page may not be as it should be: of those we wrote, and of those that feeds show."""
        wanted = set(shown)
        return [
            row
            for path, (row, number) in self._papers.items()
            if (row in wanted or path in self._known) and not self._noted(path).startswith(self._numbered(number))
        ]

    def paper_pages(
        self, rows: Iterable[PaperRow], slugs: Mapping[int, Sequence[str]]
    ) -> tuple[dict[str, Made], list[File]]:
        """The pages of papers that differ, by path, and those that stand. `slugs` are the feeds that they are in."""
        made: dict[str, Made] = {}
        right: list[File] = []
        for row in rows:
            path = paper_page_path(row.key)
            mine = [slug for slug in slugs.get(row.id, ()) if slug in self._feeds]
            # A page without a feed of its own tells a browser of the site's.
            facts = _stamp(row, stamp_of([self._looks[slug] for slug in mine] or self._configured))
            stamp = self._numbered(row.page) + facts
            if self._noted(path).endswith(facts):
                right.append(replace(self._known[path], stamp=stamp))
            else:
                site = self._site if mine else replace(self._site, feeds=tuple(self._feeds.values())[:AT_MOST])
                feeds = [self._feeds[slug] for slug in mine]
                made[path] = Made(paper_page(site, codec.from_row(row), feeds), Mark(stamp))
        return made, right

    def stale_items(self, stamps: Mapping[str, str]) -> list[str] | None:
        """The feeds that must be counted anew for the start page; None if the page is as it should be."""
        if self._noted(HOME) == self._home(stamps):
            return None
        return [slug for slug, stamp in stamps.items() if self._counted(stamp) not in self._items]

    def home_page(self, stamps: Mapping[str, str], days: Mapping[str, Sequence[date]]) -> Made:
        """The start page; `days` are of the papers of the feeds to be counted anew."""
        marks = {slug: self._counted(stamp) for slug, stamp in stamps.items()}
        items = [self._items.get(mark) or self._item(slug, mark, days[slug]) for slug, mark in marks.items()]
        return Made(home_page(self._site, list(self._feeds.values()), items), Mark(self._home(stamps)))

    @cached_property
    def _items(self) -> Mapping[str, Markup]:
        return self._pieces(HOME)

    def _places(self, feed: Feed) -> Sequence[Elsewhere]:
        return self._elsewhere.get(feed.query, ())

    def _home(self, stamps: Mapping[str, str]) -> str:
        return stamp_of(stamps, self._covered)

    def _counted(self, stamp: str) -> str:
        """What a feed's item on the start page is made from: it says how many a week up to now."""
        return stamp_of(stamp, self._covered)

    def _is_gone(self, path: str, file: File) -> bool:
        return file.feed not in self._feeds if file.feed else path not in {HOME, OPML} and path not in self._papers

    def _numbered(self, number: int) -> str:
        """What the stamp of a paper's page begins with, if neither the paper nor the configuration changed since."""
        return f"{self._configured} {number} "

    def _noted(self, path: str) -> str:
        """What a page that is as we wrote it, and for now, was made from; empty for others."""
        file = self._known.get(path)
        if file is None or look(f"{self._public}/{path}") != (file.size, file.mtime):
            return ""
        return file.stamp if file.until is None or self._now < file.until else ""

    def _pieces(self, path: str) -> Mapping[str, Markup]:
        """The parts of a page that is as we wrote it."""
        return pieces((self._public / path).read_text("utf-8")) if self._noted(path) else {}

    def _listed(self, row: PaperRow, query: Query, mark: str, before: Mapping[str, Markup]) -> Listed:
        if mark in before:
            return Listed(date.fromisoformat(row.announced), before[mark])
        return listed(codec.from_row(row), query, "../", mark)

    def _item(self, slug: str, mark: str, days: Sequence[date]) -> Markup:
        return feed_item(self._site, FeedSummary.of(self._feeds[slug], days, self._covered), mark)


def _stamp(row: PaperRow, made_for: str) -> str:
    """Of all that a page shows of a paper."""
    return blake2b(
        f"{made_for} {row.key} {row.announced} {row.picture} {row.data}".encode(), digest_size=12
    ).hexdigest()
