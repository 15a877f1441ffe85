"""Makes the pages of papers that are written as files: of those that changed since, and what is not as we wrote it.

What was looked at is noted by the number that papers' pages had then, so that an edition asks for what came behind it
and reads no archive. Reads files of ours and writes none.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from bot.publishing.files import Mark, stamp_of
from bot.publishing.made import Made, citations, citations_beside, mark_of
from bot.publishing.plan import Plan
from bot.publishing.standing import Standing
from bot.store.archive import codec, page_numbers, paper_rows, published
from bot.store.archive.paper_rows import PaperRow, PaperState
from bot.store.archive.published import TURNS, File
from bot.store.noted import note, noted
from feeds.site import paper_page, paper_page_path

_DRAWN = "pages of papers"
"""Under which name is noted what all pages of papers are made from, and up to which number."""


class PaperPages(NamedTuple):
    """What an edition is told of them."""

    known: Mapping[str, File]
    """Those that are to be looked at on disk, by path."""
    papers: Sequence[PaperState]
    """Of which each is to have its page."""
    gone: Sequence[File]
    """Of papers that are no more."""
    number: int
    """Of the newest change there was."""
    whole: bool = True
    """Whether these are all there are."""


def asked(connection: Connection, configured: str, now: datetime, *, untouched: bool) -> PaperPages:
    """What may not be as it should be.

    `untouched`: no page came or went since we wrote there, so that only every fifth is looked at on disk, by turns of
    an hour. What somebody writes into one is found within five, also by who comes once a day.
    """
    made_from, _, number = (noted(connection, _DRAWN) or "").partition(" ")
    if not untouched or made_from != configured:
        return every(connection)
    papers = paper_rows.states(connection, int(number))
    known = published.paper_pages(connection, int(now.timestamp() // 3600) % TURNS)
    changed = published.some(connection, [paper_page_path(one.key) for one in papers])
    gone = published.forsaken(connection)
    return PaperPages({**known, **changed}, papers, gone, page_numbers.last(connection), whole=False)


def every(connection: Connection) -> PaperPages:
    """All of them."""
    known, papers = published.paper_pages(connection), paper_rows.states(connection)
    own = {paper_page_path(one.key) for one in papers}
    gone = [file for path, file in known.items() if path not in own]
    return PaperPages(known, papers, gone, page_numbers.last(connection))


def settle(connection: Connection, configured: str, due: Iterable[PaperState], number: int) -> None:
    """Note that all is right up to a number, if what was due was made."""
    facts, pages = f"{configured} {number}", {paper_page_path(one.key): one.page for one in due}
    made = {path: _number(file) for path, file in published.some(connection, list(pages)).items()}
    if all(made.get(path, -1) >= page for path, page in pages.items()) and noted(connection, _DRAWN) != facts:
        note(connection, _DRAWN, facts)


def _number(file: File) -> int:
    """Which change a page was made from; it begins with what all are made from."""
    return int(file.stamp.split(" ")[1]) if file.stamp else -1


class PaperDesk:
    """For one edition."""

    def __init__(self, plan: Plan, pages: PaperPages, now: datetime) -> None:
        self._plan = plan
        self._pages = pages
        self._standing = Standing(plan.config.public, pages.known, now.timestamp())

    def gone(self) -> list[File]:
        """Pages of papers that are no more, with what stands beside them."""
        files = self._pages.gone
        return [*files, *(one for file in files for one in self._standing.beside(citations_beside(file.path)))]

    def touched(self) -> bool:
        """Whether one that is looked at is not as we wrote it."""
        gone = {file.path for file in self._pages.gone}
        return not all(self._standing.stamp(path) for path in self._pages.known if path not in gone)

    def due(self) -> list[PaperState]:
        """The papers whose page may not be as it should be."""
        stamp = self._standing.stamp
        return [
            one for one in self._pages.papers if not stamp(paper_page_path(one.key)).startswith(self._numbered(one))
        ]

    def pages(self, rows: Iterable[PaperRow], slugs: Mapping[int, Sequence[str]]) -> tuple[dict[str, Made], list[File]]:
        """Those that differ, by path, and those that stand. `slugs` are the feeds that papers are in."""
        made: dict[str, Made] = {}
        right: list[File] = []
        for row in rows:
            path = paper_page_path(row.key)
            mine = [slug for slug in slugs.get(row.id, ()) if slug in self._plan.feeds]
            # A page without a feed of its own tells a browser of the site's.
            facts = mark_of(row, stamp_of([self._plan.looks[slug] for slug in mine] or self._plan.configured))
            stamp = self._numbered(row) + facts
            if self._standing.noted(path).endswith(facts):
                right.append(self._standing.known[path]._replace(stamp=stamp))
            else:
                site = self._plan.site if mine else self._plan.sites
                feeds = [self._plan.feeds[slug] for slug in mine]
                paper = codec.from_row(row)
                made[path] = Made(paper_page(site, paper, feeds), Mark(stamp))
                made |= citations(paper)
        return made, right

    def _numbered(self, one: PaperState | PaperRow) -> str:
        """What the stamp of a paper's page begins with, if neither the paper nor the configuration changed since."""
        return f"{self._plan.configured} {one.page} "
