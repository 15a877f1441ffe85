"""What went wrong with a fetch, in words for people."""

import httpx

NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.ProxyError,
    httpx.InvalidURL,
)
"""Only these tell that a request never left (measured); any other lost answer may hide one that was taken."""


class FetchError(Exception):
    """No usable answer. Its text names at most the host: a whole URL may hold credentials.

    `retry_after`: seconds the server asked us to stay away. `no_answer`: no connection, or no whole answer in time, so
    that another request to this server would fare no better now. `late`: the latter, which may be this question's own.
    `status`: the HTTP status, where one came.
    """

    def __init__(
        self,
        reason: str,
        *,
        retry_after: float | None = None,
        no_answer: bool = False,
        late: bool = False,
        status: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        self.no_answer = no_answer or late
        self.late = late
        self.status = status


def from_httpx(error: httpx.HTTPError | httpx.InvalidURL, host: str) -> FetchError:
    """What httpx says, told in our words; nothing of the request's URL but the host."""
    said = str(error)[:200] or type(error).__name__
    if isinstance(error, httpx.ProxyError):
        return FetchError(f"no connection to {host}: the proxy: {said}", no_answer=True)
    if isinstance(error, httpx.ConnectError):
        return FetchError(f"no connection to {host}: {said}", no_answer=True)
    if isinstance(error, httpx.InvalidURL):  # what httpx says may hold the URL
        return FetchError(f"{host} redirects to what is no web address")
    return FetchError(f"the answer of {host} broke off: {said}")
