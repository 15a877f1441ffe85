"""The one HTTP client for sources and hubs: requests bounded in time and size, polite, and guarded.

It does not retry, parse or remember: validators come in and go out with each answer.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import quote, urlencode

import httpx

from bot.fetch.answer import UNTOLD_PAUSE, Answer, is_sent_away, retry_after
from bot.fetch.body import read_body
from bot.fetch.errors import FetchError, from_httpx
from bot.fetch.guard import AddressGuard, Resolve, resolve
from bot.process.release import VERSION
from bot.rules.way_out import STRAIGHT, WayError, WayOut

__all__ = ["Answer", "FetchError", "Fetcher"]

MAX_BYTES = 8 * 1024 * 1024
"""Of one answer, as sent and inflated: the largest known (arXiv, 2,000 entries) is below 5 MB."""
MAX_REDIRECTS = 5
"""Publishers send a stranger round by their login, and back to the same address once its cookie comes along."""
_FOR_ONE_FETCH = DefaultCookiePolicy(secure_protocols=("http", "https"))
"""A cookie goes back to who set it, also one that is marked as for TLS alone: it tells nothing, and is forgotten."""
_KNOWN = {status.value for status in HTTPStatus}


class Fetcher:
    """An HTTP client under one name.

    `contact` (a mail address or URL) stands in the User-Agent. `configured` are URLs that the operator named: their
    servers may be anywhere, all others must be public (bot.fetch.guard). `way` is by which proxy they are reached.
    `timeout` is in seconds and counts everything, redirects too: a limit on each read is outlived by a server that
    drips (measured). Cookies are kept within one fetch and forgotten after it.
    """

    def __init__(
        self,
        contact: str = "",
        configured: Iterable[str] = (),
        way: WayOut = STRAIGHT,
        *,
        timeout: float = 45.0,
        max_bytes: int = MAX_BYTES,
        resolve: Resolve = resolve,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._clock = clock
        self._client = httpx.AsyncClient(
            transport=AddressGuard(configured, resolve, way),
            headers={"User-Agent": user_agent(contact), "Accept-Encoding": "gzip"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # none: a fetch has its own
            trust_env=False,
            timeout=None,  # noqa: S113  (the deadline in `get` covers it all)
        )

    async def get(
        self,
        url: str,
        params: Mapping[str, str | int] | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> Answer:
        """The answer with status 200, or 304 where a validator of an earlier answer is given; else FetchError."""
        try:
            target = httpx.URL(url).copy_merge_params(params or {})
        except httpx.InvalidURL:
            raise FetchError("this is no URL that can be fetched") from None
        async with self._in_time(target.host):
            return await self._follow(target, _conditions(etag, last_modified))

    async def post(self, url: str, fields: Sequence[tuple[str, str]]) -> None:
        """Post a form. Any answer of status 2xx will do; else FetchError. A redirect is not followed."""
        try:
            target = httpx.URL(url)
        except httpx.InvalidURL:
            raise FetchError("this is no URL that can be posted to") from None
        async with self._in_time(target.host):
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            request = self._client.build_request("POST", target, content=urlencode(fields), headers=headers)
            response = await self._client.send(request, stream=True)
            await response.aclose()
        if not response.is_success:
            raise self._refusal(response)

    @asynccontextmanager
    async def _in_time(self, host: str) -> AsyncIterator[None]:
        """Ended by the deadline; what goes wrong is a FetchError that names the host."""
        try:
            async with asyncio.timeout(self._timeout):
                yield
        except TimeoutError:
            reason = f"no whole answer from {host} within {self._timeout:g} seconds"
            raise FetchError(reason, late=True) from None
        except WayError as error:
            raise FetchError(str(error), no_answer=True) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise from_httpx(error, host) from None

    async def aclose(self) -> None:
        """Close connections; a second time does nothing."""
        await self._client.aclose()

    async def _follow(self, url: httpx.URL, conditions: dict[bytes, bytes]) -> Answer:
        cookies = httpx.Cookies(CookieJar(_FOR_ONE_FETCH))
        for _ in range(MAX_REDIRECTS + 1):
            request = self._client.build_request("GET", url, headers=conditions)
            with suppress(ValueError):  # no web address: the guard says so
                cookies.set_cookie_header(request)
            response = await self._client.send(request, stream=True)
            cookies.extract_cookies(response)
            try:
                if not response.has_redirect_location:
                    return await self._read(response, conditions)
                url = response.url.join(response.headers["Location"])
            finally:
                await response.aclose()
        raise FetchError(f"redirected more than {MAX_REDIRECTS} times")

    async def _read(self, response: httpx.Response, conditions: dict[bytes, bytes]) -> Answer:
        headers, status = response.headers, response.status_code
        headers.encoding = "latin-1"  # so that every byte of a validator goes back as it came
        if status == HTTPStatus.NOT_MODIFIED and conditions:
            return _answer(response, b"", conditions)
        if status != HTTPStatus.OK:
            raise self._refusal(response)
        encoding = headers.get("Content-Encoding", "")
        body = await read_body(response.aiter_raw(), encoding, self._max_bytes)
        if is_sent_away(body):
            words = " ".join(body.decode("utf-8", "replace").split())[:60]
            raise FetchError(f"{response.url.host} answered {words!r}", retry_after=UNTOLD_PAUSE)
        return _answer(response, body, {})

    def _refusal(self, response: httpx.Response) -> FetchError:
        pause = retry_after(response.headers.get("Retry-After"), self._clock())
        status = response.status_code
        phrase = HTTPStatus(status).phrase if status in _KNOWN else ""
        reason = f"{response.url.host} answered {status} {phrase}".rstrip()
        return FetchError(reason, retry_after=pause, status=status)


def user_agent(contact: str) -> str:
    """`PaperRound/<version> (+<contact>)`: who asks, and whom to tell of trouble."""
    return f"PaperRound/{VERSION}" + (f" (+{quote(contact, safe=':/@?&=+#,;%~')})" if contact else "")


def _conditions(etag: str | None, last_modified: str | None) -> dict[bytes, bytes]:
    given = {b"If-None-Match": etag, b"If-Modified-Since": last_modified}
    return {name: value.encode("latin-1") for name, value in given.items() if value}


def _answer(response: httpx.Response, body: bytes, conditions: Mapping[bytes, bytes]) -> Answer:
    """An answer with its validators: its own, else those that brought it (none, if it brought a body)."""
    headers = response.headers
    held = {name: value.decode("latin-1") for name, value in conditions.items()}
    return Answer(
        status=response.status_code,
        url=str(response.url.copy_with(userinfo=b"")),
        headers=headers,
        body=body,
        etag=headers.get("ETag", held.get(b"If-None-Match")),
        last_modified=headers.get("Last-Modified", held.get(b"If-Modified-Since")),
        not_modified=response.status_code == HTTPStatus.NOT_MODIFIED,
    )
