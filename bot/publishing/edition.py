"""The feeds' files: which are out of date, made anew from the store, written, and noted so that the rest is left alone.

A file is right if it was made from the feed as it is now, and still looks on disk as it did when we wrote it.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from bot.config.load import Config
from bot.publishing.files import Change, Mark, look, stamp_of
from bot.publishing.kept_entries import ENTRIES
from bot.publishing.plan import Plan
from bot.store.archive import feeds, papers, published
from bot.store.archive.feeds import Member, Outline
from bot.store.archive.published import File
from bot.store.engine import Store
from feeds.render import Feed, join_entries, rendering

TOGETHER = 32
"""Pages rendered, written and noted at once: a few megabytes, and few waits for the disk."""


@dataclass(frozen=True, slots=True)
class Page:
    """A feed, or a page of its archive, before it is rendered."""

    feed: Feed
    members: Sequence[Member]
    """Its papers, newest first."""
    stamp: str
    """What it is made from: another one where its bytes may differ."""
    until: float | None = None
    """When its papers change by time alone, in Unix seconds."""


def pages_of(feed: Feed, outline: Outline, entries: int, stamp: str) -> list[Page]:
    """The feed that readers poll and, where it holds more, the pages of its archive (RFC 5005, section 4).

    Archive pages are whole and counted from the oldest paper, so new papers change none of them; what fills no page
    yet still stands in the feed.
    """
    total = len(outline.members)
    count = max(0, total - 1) // entries
    found = [Page(replace(feed, before=count), outline.shown, stamp, outline.until)]
    for number in range(1, count + 1):
        members = outline.members[total - number * entries : total - (number - 1) * entries]
        found.append(Page(feed.archived(number), members, stamp_of(feed, rendering(), *members)))
    return found


Outlines: TypeAlias = dict[str, tuple[int, Outline]]
"""What feeds held at a version, for who asks for the same a moment later."""
REMEMBERED = 50_000
"""Papers of feeds that these hold at most, and those of one feed more."""


async def changes(plan: Plan, store: Store, now: datetime, outlines: Outlines | None = None) -> AsyncIterator[Change]:
    """What differs, some pages at a time, so that the bytes of a large site are never all in memory.

    What was asked of feeds is put into `outlines`.
    """
    remembered = 0
    config, settings = plan.config, plan.config.settings.publish
    known = await asyncio.to_thread(_by_feed, config, await store.run(published.feed_files))
    if gone := _of_other_feeds(known, plan.feeds.keys()):
        yield Change(gone=gone)
    due: list[Page] = []
    versions = await store.run(feeds.versions)
    for slug, feed in plan.feeds.items():
        mine, stamp = known.get(slug, {}), f"{versions.get(slug, 0)} {plan.files[slug]}"
        if all(file.stamp for file in mine.values()) and _right(config, mine, feed, stamp, now):
            continue
        outline = await store.run(feeds.outline, slug, settings.entries, now)
        if outlines is not None and remembered < REMEMBERED:
            outlines[slug] = versions.get(slug, 0), outline
            remembered += len(outline.members)
        pages = pages_of(feed, outline, settings.entries, stamp)
        due += [page for page in pages if not _right(config, mine, page.feed, page.stamp, now)]
        if beyond := mine.keys() - {path for page in pages for path in _paths(config, page.feed)}:
            yield Change(gone=[mine[path] for path in beyond])
        while len(due) >= TOGETHER:
            yield await _change(config, store, due[:TOGETHER])
            del due[:TOGETHER]
    if due:
        yield await _change(config, store, due)


def _of_other_feeds(known: Mapping[str, Mapping[str, File]], slugs: Set[str]) -> list[File]:
    return [file for slug in known.keys() - slugs for file in known[slug].values()]


def _by_feed(config: Config, files: Iterable[File]) -> Mapping[str, Mapping[str, File]]:
    """What we wrote, by feed and path; what has gone or was changed since has no stamp."""
    found: dict[str, dict[str, File]] = defaultdict(dict)
    public = str(config.public)  # made once: a Path is slow to ask, and there may be many files
    for file in files:
        stands = look(f"{public}/{file.path}") == (file.size, file.mtime)
        found[file.feed][file.path] = file if stands else file._replace(stamp="")
    return found


def _paths(config: Config, feed: Feed) -> list[str]:
    return [feed.file(form) for form in config.settings.publish.formats]


def _right(config: Config, mine: Mapping[str, File], feed: Feed, stamp: str, now: datetime) -> bool:
    """Whether a page's files stand, made from what they should be, and it is not time to look again."""
    found = [mine.get(path) for path in _paths(config, feed)]
    return all(one and one.stamp == stamp and (one.until is None or now.timestamp() < one.until) for one in found)


async def _change(config: Config, store: Store, pages: Sequence[Page]) -> Change:
    marks = {path: Mark(page.stamp, page.feed.slug, page.until) for page in pages for path in _paths(config, page.feed)}
    return Change(await _rendered(config, store, pages), marks)


async def _rendered(config: Config, store: Store, pages: Sequence[Page]) -> dict[str, bytes]:
    """Pages in every format, by path."""
    forms, base_url = config.settings.publish.formats, config.settings.publish.base_url
    held = ENTRIES.hold([member for page in pages for member in page.members], base_url, forms)
    loaded = await store.run(papers.by_ids, held.missing) if held.missing else {}

    def render() -> dict[str, bytes]:
        return {
            page.feed.file(form): join_entries(page.feed, held.take(page.members, loaded, form), form)
            for form in forms
            for page in pages
        }

    return await asyncio.to_thread(render)
