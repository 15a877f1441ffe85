"""What was submitted to arXiv between two moments, from its API: every page, at the pace it asks for.

Terms: one request in three seconds, one connection (info.arxiv.org/help/api/tou).
"""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus

from bot.fetch import Fetcher, FetchError
from bot.process.aside import aside
from bot.sources.pace import Pace
from feeds.digests import DigestError, parse_digest
from feeds.digests.arxiv_xml import CUT_OFF, CutOffError
from feeds.paper import Digest, Paper, Skipped

PAGE = 200
"""Entries asked for at once: the API's most is 2,000, but ten with a collaboration's authors take a megabyte."""
MOST = 30_000
"""Entries that the API gives of one search."""
TRIES = 3
"""Of one page: when busy it answers 500 or 503, or promises results and gives none."""
_HEAD = 4096
"""Bytes within which a feed begins."""
_TOTAL = re.compile(rb"totalResults[^>]*>\s*(\d{1,9})\s*<")


class _NoFeedError(DigestError):
    """The API's answer is of no known format: a page, a line of text."""


class ArxivApi:
    """The API at `url`, for these categories (`cs.CL`) and archives (`cs`)."""

    def __init__(self, url: str, categories: Sequence[str], fetcher: Fetcher, pace: Pace) -> None:
        self._url = url
        self._categories = categories
        self._fetcher = fetcher
        self._pace = pace

    async def pages(self, start: datetime, end: datetime) -> AsyncIterator[Digest]:
        """Papers submitted from `start` until before `end`, newest first. Raises FetchError and DigestError."""
        search = f"({_search(self._categories)}) AND submittedDate:[{start:%Y%m%d%H%M} TO {end:%Y%m%d%H%M}]"
        seen: set[str] = set()
        given, total, is_cut = 0, MOST, False
        while given < total:
            try:
                page, total = await self._page(search, given)
            except CutOffError:
                if not seen or is_cut:
                    raise
                page, is_cut = Digest((), (Skipped(f"result {given + 1} of {total}", CUT_OFF),)), True
            else:
                is_cut = False
            if not page.papers and not page.skipped:
                return
            fresh = tuple(paper for paper in page.papers if paper.id not in seen)
            if not fresh and not page.skipped:
                raise DigestError(f"the arXiv API gave {given} of {total} results, and then the same again")
            seen.update(paper.id for paper in fresh)
            given += len(page.papers) + len(page.skipped)
            yield Digest(tuple(paper for paper in fresh if _is_within(paper, start, end)), page.skipped)
            if _is_before(fresh, start):  # newest first: all that follows is older still
                return

    async def _page(self, search: str, start: int) -> tuple[Digest, int]:
        """A page, and how many results there are; asked for again where it is not whole."""
        for _ in range(TRIES - 1):
            try:
                return await self._ask(search, start)
            except DigestError:
                continue
            except FetchError as error:
                if error.retry_after is not None or (error.status or 0) < HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise
        try:
            return await self._ask(search, start)
        except _NoFeedError as error:  # it has nothing to do with what was asked: another day would fare no better
            raise FetchError(str(error), no_answer=True) from None

    async def _ask(self, search: str, start: int) -> tuple[Digest, int]:
        asked: dict[str, str | int] = {"search_query": search, "start": start, "max_results": PAGE}
        async with self._pace.turn():
            answer = await self._fetcher.get(self._url, asked | {"sortBy": "submittedDate", "sortOrder": "descending"})
        if b"<feed" not in answer.body[:_HEAD]:
            raise _NoFeedError("the arXiv API answered something else than a feed")
        digest = await aside(parse_digest, answer.body, "arxiv-api")
        if digest.skipped and digest.skipped[-1].reason == CUT_OFF:  # the next page begins with it
            digest = replace(digest, skipped=digest.skipped[:-1])
        found = _TOTAL.search(answer.body)
        total = min(int(found[1]), MOST) if found else MOST
        if not digest.papers and not digest.skipped and start < total and found:
            raise DigestError("the arXiv API promised results and gave none")
        return digest, total


def _search(categories: Sequence[str]) -> str:
    """`cat:cs.CL OR cat:cs.LG`; an archive means its classes too."""
    terms = [term for one in categories for term in ([f"cat:{one}"] if "." in one else [f"cat:{one}", f"cat:{one}.*"])]
    return " OR ".join(terms)


def _is_within(paper: Paper, start: datetime, end: datetime) -> bool:
    return paper.published is None or start <= paper.published < end


def _is_before(papers: Sequence[Paper], start: datetime) -> bool:
    """Whether a page has left the span well behind it, one odd date apart; a minute's grace for equal times."""
    times = [paper.published for paper in papers if paper.published]
    return bool(times) and max(times) < start - timedelta(minutes=1)
