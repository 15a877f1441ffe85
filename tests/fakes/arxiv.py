"""arXiv on a loopback port: the feed of the current batch, and the API with its search, pages and moods.

Faults by `fail_next(n, kind, "rss" or "api")`: those of FakeServer, and `hollow` (results promised, none given),
`cut` (half a document), `html`, `error feed`.
"""

import asyncio
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from html import escape
from zoneinfo import ZoneInfo

from aiohttp import web

from tests.fakes.server import FakeServer

EASTERN = ZoneInfo("America/New_York")
_SPAN = re.compile(r"submittedDate:\[(\d{12}) TO (\d{12})\]")


@dataclass(frozen=True)
class Listed:
    """A paper as arXiv has it: when it was submitted, and on which day's feed it stood, as what.

    One that was `forgotten` stands in the API alone.
    """

    id: str
    day: date
    submitted: datetime
    title: str = ""
    category: str = "cs.CL"
    announced_as: str = "new"
    version: int = 1

    @property
    def name(self) -> str:
        return escape(self.title or f"Paper {self.id}")


def batch(day: date, count: int, first: int = 1, submitted: datetime | None = None, **more: str) -> list[Listed]:
    """New papers of a day, submitted on the morning (US Eastern) of the weekday before it, a minute apart."""
    before = day - timedelta(days=3 if day.weekday() == 0 else 1)
    start = submitted or datetime(before.year, before.month, before.day, 9, tzinfo=EASTERN).astimezone(UTC)
    return [
        Listed(f"{day:%y%m}.{day.day:02}{n:03}", day, start + timedelta(minutes=n), **more)
        for n in range(first, first + count)
    ]


class FakeArxiv(FakeServer):
    """`papers` is what arXiv holds; the feed shows those of `today`, the API those of no later day."""

    def __init__(self, today: date) -> None:
        super().__init__()
        self.today = today
        self.papers: list[Listed] = []
        self.headers: dict[str, str] = {}
        self.etag = True
        self.ignores_span = False
        self.most = 2000
        """Entries that the API gives of a page, whatever it is asked for."""
        self.first_page_only = False
        """Whether every page of the API is its first, as from a cache."""
        self.shown_dates: dict[str, datetime] = {}
        """What the API says of some papers by id, instead of when they were submitted."""
        self.longest: int | None = None
        """Bytes after which the API's answers break off."""
        self.breaks_at = ""
        """The paper within which the API's answers break off."""
        self.hangs: set[str] = set()
        """Ends of spans, as `202601131900`, of which the API never answers."""

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/query"

    @property
    def asked(self) -> list[str]:
        """`rss` and `api`, one for each request."""
        return [request.method for request in self.requests]

    def routes(self, app: web.Application) -> None:
        app.router.add_get("/rss/{query}", self._rss)
        app.router.add_get("/api/query", self._query)

    def too_many(self) -> web.Response:
        return web.Response(status=429, text="Rate exceeded.", headers={"Retry-After": "60"})

    async def _rss(self, request: web.Request) -> web.StreamResponse:
        return await self._answer("rss", request, lambda: self._conditional(request, self._feed(request)))

    async def _query(self, request: web.Request) -> web.StreamResponse:
        span = _SPAN.search(request.query["search_query"])
        if span and span[2] in self.hangs:
            self.note("api", {})
            await asyncio.sleep(60)
        return await self._answer("api", request, lambda: web.Response(body=self._cut(self._found(request))))

    async def _answer(self, method: str, request: web.Request, take) -> web.StreamResponse:  # type: ignore[no-untyped-def]
        self.note(method, {**request.query, **request.match_info, "headers": dict(request.headers)})
        fault = self._faults[method][0] if self._faults[method] else ""
        if fault not in {"hollow", "cut", "html", "error feed"}:
            return await self.taken_with_faults(request, take, method)
        self._faults[method].popleft()
        await asyncio.sleep(0)
        if fault == "hollow":
            return web.Response(body=_api_feed([], total=50, start=0))
        if fault == "html":
            return web.Response(text="<!doctype html><title>Down for a while</title>", content_type="text/html")
        if fault == "error feed":
            return web.Response(body=_rss_feed("Feed error for query: cs.XX", [], self.today), status=200)
        body = take().body
        return web.Response(body=body[: len(body) * 2 // 3])

    def _conditional(self, request: web.Request, body: bytes) -> web.Response:
        tag = f'"{zlib.crc32(body):x}"'
        headers = self.headers | ({"ETag": tag} if self.etag else {})
        if self.etag and request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=body, headers=headers, content_type="application/rss+xml")

    def _feed(self, request: web.Request) -> bytes:
        categories = request.match_info["query"].split("+")
        held = [paper for paper in self.papers if paper.day == self.today and _in(paper, categories)]
        held = [paper for paper in held if paper.announced_as != "forgotten"]
        return _rss_feed(f"{request.match_info['query']} updates on arXiv.org", held, self.today)

    def _cut(self, body: bytes) -> bytes:
        at = body.find(f"<summary>About Paper {self.breaks_at}.".encode())
        return body[: self.longest] if at < 0 else body[: at + 5]

    def _found(self, request: web.Request) -> bytes:
        search = request.query["search_query"]
        found = [paper for paper in self.papers if paper.day <= self.today and _in(paper, _categories(search))]
        found = [paper for paper in found if paper.version == 1]
        span = _SPAN.search(search)
        if span and not self.ignores_span:
            found = [paper for paper in found if span[1] <= f"{paper.submitted:%Y%m%d%H%M}" <= span[2]]
        assert request.query["sortBy"] == "submittedDate"
        found.sort(key=lambda paper: paper.submitted, reverse=request.query["sortOrder"] == "descending")
        start = 0 if self.first_page_only else int(request.query["start"])
        size = min(int(request.query["max_results"]), self.most)
        page = [replace(one, submitted=self.shown_dates.get(one.id, one.submitted)) for one in found]
        return _api_feed(page[start : start + size], total=len(found), start=start)


def _in(paper: Listed, categories: Sequence[str]) -> bool:
    return any(paper.category == one or paper.category.split(".")[0] == one.rstrip(".*") for one in categories)


def _categories(search: str) -> list[str]:
    return re.findall(r"cat:([\w.*-]+)", search)


def _rss_feed(title: str, held: Sequence[Listed], day: date) -> bytes:
    date_line = format_datetime(datetime(day.year, day.month, day.day, tzinfo=EASTERN))
    items = "".join(
        f"""<item><title>{one.name}</title><link>https://arxiv.org/abs/{one.id}</link>
<description>arXiv:{one.id}v{one.version} Announce Type: {one.announced_as} \nAbstract: About {one.name}.</description>
<guid isPermaLink="false">oai:arXiv.org:{one.id}v{one.version}</guid><category>{one.category}</category>
<pubDate>{date_line}</pubDate><arxiv:announce_type>{one.announced_as}</arxiv:announce_type>
<dc:creator>Ada Lovelace, Alan Turing</dc:creator></item>\n"""
        for one in held
    )
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>
<title>{title}</title><link>http://rss.arxiv.org/rss/cs.CL</link><description>Its updates.</description>
<pubDate>{date_line}</pubDate><skipDays><day>Saturday</day><day>Sunday</day></skipDays>
{items}</channel></rss>""".encode()


def _api_feed(held: Sequence[Listed], total: int, start: int) -> bytes:
    entries = "".join(
        f"""<entry><id>http://arxiv.org/abs/{one.id}v1</id><title>{one.name}</title>
<published>{one.submitted:%Y-%m-%dT%H:%M:%SZ}</published><updated>{one.submitted:%Y-%m-%dT%H:%M:%SZ}</updated>
<summary>About {one.name}.</summary><author><name>Ada Lovelace</name></author>
<category term="{one.category}"/></entry>"""
        for one in held
    )
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns="http://www.w3.org/2005/Atom">
<id>https://arxiv.org/api/x</id><title>arXiv Query: search_query=x</title>
<opensearch:itemsPerPage>10</opensearch:itemsPerPage><opensearch:totalResults>{total}</opensearch:totalResults>
<opensearch:startIndex>{start}</opensearch:startIndex>
{entries}</feed>""".encode()
