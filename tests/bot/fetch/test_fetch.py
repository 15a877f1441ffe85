"""The HTTP client against a loopback source that answers well, badly, slowly and too much."""

import asyncio
import gzip
import socket
import ssl
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fetch import Answer, Fetcher, FetchError
from bot.fetch.answer import retry_after
from bot.fetch.body import read_body
from bot.fetch.guard import is_public
from tests.fakes.source import FakeSource

NOW = datetime(2026, 1, 9, 12, tzinfo=UTC)
PUBLIC, OTHER_PUBLIC = "93.184.216.34", "93.184.216.35"


@pytest.fixture
def source() -> Iterator[FakeSource]:
    with FakeSource() as server:
        yield server


@asynccontextmanager
async def fetching(source: FakeSource, **settings: object) -> AsyncIterator[Callable[..., Awaitable[Answer]]]:
    """A `get` of the source's list, with a fetcher for which this source is a configured one."""
    fetcher = Fetcher("mailto:me@example.org", [source.url], clock=lambda: NOW, **settings)  # type: ignore[arg-type]
    try:
        yield lambda **asked: fetcher.get(source.url + "/api/daily_papers", **asked)
    finally:
        await fetcher.aclose()


async def get(source: FakeSource, **settings: object) -> Answer:
    async with fetching(source, **settings) as ask:
        return await ask()


async def failure(source: FakeSource, **settings: object) -> FetchError:
    with pytest.raises(FetchError) as caught:
        await get(source, **settings)
    return caught.value


# -- what is asked, what comes back ----------------------------------------------------------------------------------


async def test_an_answer_comes_with_body_headers_and_its_last_address(source: FakeSource) -> None:
    source.fault("body", body=b"[1]", headers={"X-Thing": "yes"})
    answer = await get(source)
    assert (answer.status, answer.body, answer.headers["x-thing"]) == (200, b"[1]", "yes")
    assert answer.url == source.url + "/api/daily_papers"


async def test_a_request_says_who_asks_and_takes_gzip_alone(source: FakeSource) -> None:
    await get(source)
    headers = source.requests[0].headers
    assert headers["User-Agent"].startswith("PaperRound/")
    assert headers["User-Agent"].endswith(" (+mailto:me@example.org)")
    assert headers["Accept-Encoding"] == "gzip"
    assert "Referer" not in headers


@pytest.mark.parametrize("contact", ["mailto:josé@example.org", "a\r\nX-Evil: 1"])
async def test_a_contact_of_any_characters_makes_one_plain_header(source: FakeSource, contact: str) -> None:
    fetcher = Fetcher(contact, [source.url])
    await fetcher.get(source.url + "/api/daily_papers")
    await fetcher.aclose()
    assert source.requests[0].headers["User-Agent"].isascii()
    assert "X-Evil" not in source.requests[0].headers


async def test_cookies_are_not_kept(source: FakeSource) -> None:
    source.fault("body", body=b"[]", headers={"Set-Cookie": "id=1"})
    async with fetching(source) as ask:
        await ask()
        await ask()
    assert "Cookie" not in source.requests[1].headers


async def test_parameters_join_those_of_the_url(source: FakeSource) -> None:
    fetcher = Fetcher(configured=[source.url])
    await fetcher.get(source.url + "/api/daily_papers?p=0", {"limit": 7})
    await fetcher.aclose()
    assert dict(source.requests[0].query) == {"p": "0", "limit": "7"}


async def test_a_gzip_answer_is_inflated(source: FakeSource) -> None:
    source.fault("body", body=gzip.compress(b"[1, 2]"), headers={"Content-Encoding": "gzip"})
    assert (await get(source)).body == b"[1, 2]"


# -- conditional requests --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("etag", ['"abc"', 'W/"abc"', "bare-sha256", '"caf\xe9"'])
async def test_an_etag_goes_back_exactly_as_it_came(source: FakeSource, etag: str) -> None:
    source.fault("body", body=b"[]", headers={"ETag": etag, "Last-Modified": "Fri, 09 Jan 2026 04:00:00 GMT"}, times=1)
    async with fetching(source) as ask:
        first = await ask()
        await ask(etag=first.etag, last_modified=first.last_modified)
    sent = {name.lower(): value for name, value in source.requests[0].raw_headers}
    assert b"if-none-match" not in sent
    sent = {name.lower(): value for name, value in source.requests[1].raw_headers}
    # aiohttp writes what is no ASCII as UTF-8; what counts is that the same bytes return.
    assert sent[b"if-none-match"] == etag.encode()
    assert sent[b"if-modified-since"] == b"Fri, 09 Jan 2026 04:00:00 GMT"


async def test_not_modified_keeps_the_validators_it_was_asked_with(source: FakeSource) -> None:
    source.etag = '"v1"'
    async with fetching(source) as ask:
        first = await ask()
        second = await ask(etag=first.etag, last_modified="Thu, 01 Jan 2026 00:00:00 GMT")
    assert (first.not_modified, second.not_modified, second.body) == (False, True, b"")
    assert (second.etag, second.last_modified) == ('"v1"', "Thu, 01 Jan 2026 00:00:00 GMT")


async def test_not_modified_may_bring_a_new_validator(source: FakeSource) -> None:
    source.fault("status", status=304, headers={"ETag": '"v2"'})
    async with fetching(source) as ask:
        assert (await ask(etag='"v1"')).etag == '"v2"'


async def test_a_new_body_without_a_validator_drops_the_old_one(source: FakeSource) -> None:
    async with fetching(source) as ask:
        assert (await ask(etag='"v1"')).etag is None


async def test_not_modified_unasked_is_a_failure(source: FakeSource) -> None:
    source.fault("status", status=304)
    assert (await failure(source)).status == 304


# -- refusals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [201, 204, 206, 300, 400, 403, 404, 410, 429, 500, 503, 599])
async def test_any_status_but_200_is_a_failure_that_names_it(source: FakeSource, status: int) -> None:
    source.fault("status", status=status)
    error = await failure(source)
    assert (error.status, error.no_answer, error.retry_after) == (status, False, None)
    assert str(status) in error.reason
    assert "127.0.0.1" in error.reason


async def test_a_refusal_tells_how_long_to_stay_away(source: FakeSource) -> None:
    source.fault("status", status=429, headers={"Retry-After": "Fri, 09 Jan 2026 12:01:30 GMT"})
    assert (await failure(source)).retry_after == 90


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("43837", 43837),
        ("9" * 5000, 86400),
        ("Fri, 09 Jan 2026 12:00:30 GMT", 30),
        ("Friday, 09-Jan-26 12:00:30 GMT", 30),
        ("Fri Jan  9 12:00:30 2026", 30),
        ("Fri, 09 Jan 2026 11:00:00 GMT", 0),
        ("Fri, 09 Jan 2027 11:00:00 GMT", 86400),
        ("Fri, 09 Jan 99999999999999999999 11:00:00 GMT", None),
        ("Fri, 09 Jan 2026 99999999999:00:30 GMT", None),
        ("Fri, 09 Jan 2026 12:00:30 +99999999999999999999", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


PIECES = ["Fri, ", "9 ", "99 ", "Jan ", "0 ", "2026 ", "12:", "00:30 ", "-", "+9999", "GMT"]


@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
def test_a_strange_retry_after_is_none_or_within_a_day(header: str) -> None:
    seconds = retry_after(header, NOW)
    assert seconds is None or 0 <= seconds <= 86400


# -- limits of size --------------------------------------------------------------------------------------------------


async def pieces(data: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


@pytest.mark.threat(3)
@pytest.mark.parametrize("kind", ["gzip bomb", "huge"])
async def test_a_bomb_is_refused_within_little_memory(source: FakeSource, kind: str) -> None:
    source.fault(kind, mb=256)
    tracemalloc.start()
    try:
        error = await failure(source)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "too large" in error.reason
    assert peak < 40 * 2**20


@pytest.mark.threat(3)
async def test_a_bomb_in_one_piece_is_refused_within_little_memory() -> None:
    squeeze = zlib.compressobj(9, wbits=31)
    bomb = b"".join(squeeze.compress(bytes(2**20)) for _ in range(200)) + squeeze.flush()
    tracemalloc.start()
    try:
        with pytest.raises(FetchError, match="too large"):
            await read_body(pieces(bomb, len(bomb)), "gzip", 2**20)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * 2**20


@given(
    members=st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=3),
    size=st.integers(1, 400),
    plain=st.booleans(),
    slack=st.integers(-1, 1),
)
async def test_a_body_is_whole_or_refused_however_it_is_cut(
    members: list[bytes], size: int, plain: bool, slack: int
) -> None:
    wanted = b"".join(members)
    sent = wanted if plain else b"".join(gzip.compress(member) for member in members)
    limit = max(len(wanted), len(sent)) + slack
    reading = read_body(pieces(sent, size), "" if plain else "GZIP", limit)
    if slack < 0:
        with pytest.raises(FetchError, match="too large"):
            await reading
    else:
        assert await reading == wanted


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip", "gzip\x00"])
async def test_an_encoding_not_asked_for_is_refused(encoding: str) -> None:
    with pytest.raises(FetchError, match="unknown encoding"):
        await read_body(pieces(b"x", 1), encoding, 100)


@pytest.mark.parametrize("size", [1, 7, 1000])
async def test_a_broken_or_cut_gzip_answer_is_refused(size: int) -> None:
    whole = gzip.compress(b"some text " * 20)
    with pytest.raises(FetchError, match="cut off"):
        await read_body(pieces(whole[:-3], size), "gzip", 10_000)
    with pytest.raises(FetchError, match="not the gzip"):
        await read_body(pieces(b"<html>" + whole, size), "gzip", 10_000)
    with pytest.raises(FetchError, match="not the gzip"):
        await read_body(pieces(whole[:-8] + b"\0" * 8, size), "gzip", 10_000)


async def test_a_limit_of_its_own_is_kept(source: FakeSource) -> None:
    source.fault("body", body=b"x" * 101)
    assert "too large" in (await failure(source, max_bytes=100)).reason
    assert len((await get(source, max_bytes=101)).body) == 101


# -- limits of time, broken connections --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["drip", "hang"])
async def test_a_slow_answer_ends_at_the_deadline(source: FakeSource, kind: str) -> None:
    source.fault(kind)
    start = time.monotonic()
    error = await failure(source, timeout=0.4)
    assert 0.35 < time.monotonic() - start < 2
    assert error.no_answer
    assert "0.4 seconds" in error.reason


async def test_the_deadline_counts_redirects_too(source: FakeSource) -> None:
    source.fault("redirect", to="/api/daily_papers?date=2026-01-01", times=1)
    source.fault("hang", day="2026-01-01")
    assert (await failure(source, timeout=0.4)).no_answer


async def test_a_broken_answer_is_a_failure_of_this_request_alone(source: FakeSource) -> None:
    source.fault("reset")
    error = await failure(source)
    assert not error.no_answer
    assert "broke off" in error.reason


async def test_a_server_that_is_gone_gave_no_answer() -> None:
    with FakeSource() as source:
        pass
    error = await failure(source)
    assert error.no_answer
    assert "no connection to 127.0.0.1" in error.reason


async def test_no_error_holds_what_a_url_hides(source: FakeSource) -> None:
    url = source.url.replace("//", "//user:hunter2@") + "/api/daily_papers?token=hunter2"
    fetcher = Fetcher(configured=[url], timeout=0.3)
    for fault in ("status", "reset", "hang"):
        source.faults.clear()
        source.fault(fault)
        with pytest.raises(FetchError) as caught:
            await fetcher.get(url)
        assert "hunter2" not in f"{caught.value!r} {caught.value.reason} {caught.value.__cause__!r}"
    source.faults.clear()
    answer = await fetcher.get(url)
    await fetcher.aclose()
    assert source.requests[-1].headers["Authorization"].startswith("Basic ")
    assert "user" not in answer.url
    assert "hunter2" not in repr(answer).replace(answer.url, "")


@pytest.mark.parametrize(
    "url", ["", "nonsense", "http://", "http://[", "http://a..b/", "http://" + "a" * 70 + ".example/"]
)
async def test_what_is_no_address_is_a_failure_too(url: str) -> None:
    fetcher = Fetcher()
    with pytest.raises(FetchError):
        await fetcher.get(url)
    await fetcher.aclose()


# -- redirects and the address guard ---------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed(source: FakeSource, status: int) -> None:
    source.fault("redirect", to="/api/daily_papers?date=2026-01-01", status=status, times=1)
    source.fault("body", body=b"there", day="2026-01-01")
    answer = await get(source)
    assert (answer.body, answer.url) == (b"there", source.url + "/api/daily_papers?date=2026-01-01")


async def test_five_redirects_are_followed_and_no_more(source: FakeSource) -> None:
    source.fault("redirect", to="/api/daily_papers", times=5)
    assert (await get(source)).status == 200
    source.requests.clear()
    source.fault("redirect", to="/api/daily_papers")
    assert "redirected" in (await failure(source)).reason
    assert len(source.requests) == 6


LOOPBACKS = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "0", "0.0.0.0",
    "localhost", "LOCALHOST", "localhost.", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "127.255.255.254",
]  # fmt: skip


@pytest.mark.parametrize("host", LOOPBACKS)
async def test_a_redirect_to_this_machine_is_refused(
    source: FakeSource, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    internet = Internet(monkeypatch)
    with FakeSource() as canary:
        port = canary.url.rpartition(":")[2]
        for where in (f"{host}:{port}", f"user@{host}:{port}", host):
            source.fault("redirect", to=f"http://{where}/api/daily_papers", times=1)
            assert (await failure(source)).reason
        assert canary.requests == []
    assert {f"http://{host}:{port}" for host, port in internet.connected} == {source.url}


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:alert(1)", "http://[", "unix:x"]
)
async def test_a_redirect_that_leads_to_no_web_server_is_refused(source: FakeSource, location: str) -> None:
    source.fault("redirect", to=location, times=1)
    assert (await failure(source)).reason
    assert len(source.requests) == 1


@pytest.mark.parametrize("address", [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "239.1.1.1", "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fec0::1",
    "ff02::1", "ff0e::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::7f00:1",
    "2002:7f00:1::", "2001:db8::1",
])  # fmt: skip
def test_addresses_of_this_machine_and_its_networks_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


class Internet:
    """Names and addresses of a small world: `names` answers the n-th look-up by its n-th list (the last for ever);
    a connection to an address ends at the server that `servers` has for it, or is refused."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *lookups: list[str], **servers: str) -> None:
        self.lookups = list(lookups)
        self.looked_up: list[str] = []
        self.servers = {name.removeprefix("ip").replace("_", "."): url for name, url in servers.items()}
        self.connected: list[tuple[str, int]] = []
        connect = socket.socket.connect

        def routed(sock: socket.socket, address: tuple[str, int]) -> None:
            self.connected.append(address[:2])
            if ip_address(address[0]).is_loopback:
                return connect(sock, address)
            if address[0] not in self.servers:
                raise ConnectionRefusedError
            host, _, port = self.servers[address[0]].removeprefix("http://").partition(":")
            return connect(sock, (host, int(port)))

        monkeypatch.setattr(socket.socket, "connect", routed)

    async def resolve(self, host: str, port: int) -> list[str]:
        self.looked_up.append(host)
        return self.lookups.pop(0) if len(self.lookups) > 1 else self.lookups[0]


async def fetch(url: str, internet: Internet) -> Answer:
    fetcher = Fetcher(resolve=internet.resolve, timeout=2)
    try:
        return await fetcher.get(url)
    finally:
        await fetcher.aclose()


PAPERS = "http://papers.example/api/daily_papers"


async def test_a_public_server_is_asked_by_its_name_at_the_address_that_was_judged(
    source: FakeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    internet = Internet(monkeypatch, [PUBLIC], ip93_184_216_34=source.url)
    answer = await fetch(PAPERS, internet)
    assert (answer.url, internet.connected) == (PAPERS, [(PUBLIC, 80)])
    assert source.requests[0].headers["Host"] == "papers.example"


async def test_a_name_that_changes_its_mind_is_looked_up_once(
    source: FakeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    internet = Internet(monkeypatch, [PUBLIC], ["127.0.0.1"], ip93_184_216_34=source.url)
    await fetch(PAPERS, internet)
    assert (internet.looked_up, internet.connected) == (["papers.example"], [(PUBLIC, 80)])


async def test_a_redirect_is_judged_by_a_look_up_of_its_own(
    source: FakeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    internet = Internet(monkeypatch, [PUBLIC], ["127.0.0.1"], ip93_184_216_34=source.url)
    source.fault("redirect", to="http://papers.example/again")
    with pytest.raises(FetchError, match="not public"):
        await fetch(PAPERS, internet)
    assert internet.connected == [(PUBLIC, 80)]


@pytest.mark.threat(1)
async def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    internet = Internet(monkeypatch, [PUBLIC, "10.0.0.1"])
    with pytest.raises(FetchError, match="not public"):
        await fetch(PAPERS, internet)
    assert internet.connected == []


async def test_the_next_address_is_tried_where_one_refuses(source: FakeSource, monkeypatch: pytest.MonkeyPatch) -> None:
    internet = Internet(monkeypatch, [PUBLIC, OTHER_PUBLIC], ip93_184_216_35=source.url)
    assert (await fetch(PAPERS, internet)).status == 200
    assert internet.connected == [(PUBLIC, 80), (OTHER_PUBLIC, 80)]


async def test_a_public_server_may_have_an_address_of_the_new_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    internet = Internet(monkeypatch, ["2606:4700::1"])
    with pytest.raises(FetchError, match="no connection"):
        await fetch("http://münchen.example/", internet)
    assert (internet.looked_up, internet.connected) == (["xn--mnchen-3ya.example"], [("2606:4700::1", 80)])


async def test_two_names_at_one_address_have_a_connection_each(
    source: FakeSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    internet = Internet(monkeypatch, [PUBLIC], ip93_184_216_34=source.url)
    fetcher = Fetcher(resolve=internet.resolve)
    await fetcher.get(PAPERS)
    await fetcher.get(PAPERS.replace("papers.example", "other.example"))
    await fetcher.aclose()
    assert internet.connected == [(PUBLIC, 80)] * 2


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://10.0.0.1/x", True),
        ("https://10.0.0.1/x", True),
        ("http://10.0.0.1:81/x", False),
        ("http://10.0.0.2/x", False),
    ],
)
async def test_a_configured_server_may_be_private_and_move_to_https(
    url: str, *, allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    internet = Internet(monkeypatch)
    fetcher = Fetcher(configured=["http://10.0.0.1/feed"])
    with pytest.raises(FetchError, match="no connection" if allowed else "not a configured server"):
        await fetcher.get(url)
    await fetcher.aclose()
    assert bool(internet.connected) == allowed


async def test_a_public_server_that_refuses_everywhere_gave_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FetchError) as caught:
        await fetch(PAPERS, Internet(monkeypatch, [PUBLIC, OTHER_PUBLIC]))
    assert caught.value.no_answer


async def test_a_name_without_an_address_gave_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FetchError, match="no address") as caught:
        await fetch(PAPERS, Internet(monkeypatch, []))
    assert caught.value.no_answer


@pytest.mark.parametrize(
    "url", ["http://papers.example:8080/", "http://u:p@papers.example/", "https://papers.example:22/"]
)
async def test_a_server_not_configured_gets_no_odd_port_and_no_credentials(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    internet = Internet(monkeypatch, [PUBLIC])
    with pytest.raises(FetchError, match="not a configured server"):
        await fetch(url, internet)
    assert internet.looked_up == []


async def test_over_tls_the_name_is_asked_for_not_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []
    # A server without a certificate: it learns the name, then the handshake fails.
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.sni_callback = lambda _socket, name, _context: asked.append(name)
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0, ssl=tls)
    async with server:
        host, port = server.sockets[0].getsockname()
        with pytest.raises(FetchError, match="no connection"):
            await fetch("https://papers.example/", Internet(monkeypatch, [PUBLIC], ip93_184_216_34=f"{host}:{port}"))
    assert asked == ["papers.example"]
