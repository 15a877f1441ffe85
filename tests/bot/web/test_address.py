"""Where no base_url is configured, what is served names the address that it was asked at (found: 8)."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import date
from ipaddress import ip_network
from typing import Any

import feedparser
import httpx
import pytest
from lxml import etree, html

from bot.config.load import load
from bot.config.mistakes import ConfigError
from bot.config.tables import Network
from bot.web.address import base_of, client_of
from bot.web.app import web_app
from bot.web.limits import Limits
from tests.bot.web.site import PAPERS, SITE, Web, served
from tests.fakes.source import item
from tests.world import INBOX, ROOT, World, feed

HERE = "http://round.lan:8000/"
TRUSTED: tuple[Network, ...] = (ip_network("127.0.0.1"), ip_network("172.16.0.0/12"), ip_network("fd00::/8"))
BARE = {"id": "2510.00009", "title": "Streaming without a page", "summary": "Of it."}


@pytest.mark.parametrize(
    ("scheme", "host", "wanted"),
    [
        ("http", "papers.example.org", "http://papers.example.org/"),
        ("https", "papers.example.org", "https://papers.example.org/"),
        ("http", "localhost:8000", "http://localhost:8000/"),
        ("http", "Papers.Example.ORG:80", "http://papers.example.org/"),
        ("https", "papers.example.org:443", "https://papers.example.org/"),
        ("https", "papers.example.org:80", "https://papers.example.org:80/"),
        ("http", "192.168.1.20:8000", "http://192.168.1.20:8000/"),
        ("http", "[::1]:8000", "http://[::1]:8000/"),
        ("http", "[fe80::1]", "http://[fe80::1]/"),
        ("http", "paper_round:8000", "http://paper_round:8000/"),
        ("http", "xn--bcher-kva.example", "http://xn--bcher-kva.example/"),
        ("http", "papers.example.org.", "http://papers.example.org./"),
        ("http", "", ""),
        ("http", "a b", ""),
        ("http", "a/b", ""),
        ("http", "a.example/?q=", ""),
        ("http", "user@a.example", ""),
        ("http", 'a"><script>', ""),
        ("http", "a.example:0", ""),
        ("http", "a.example:99999", ""),
        ("http", "a.example:", ""),
        ("http", "a.example:80:80", ""),
        ("http", "a..example", ""),
        ("http", "-a.example", ""),
        ("http", "[::1", ""),
        ("http", "[a.example]", ""),
        ("http", "[::ffff:999.1.1.1]", ""),
        ("http", "a.example\r\nX: y", ""),
        ("http", "a.example\n", ""),
        ("http", "bücher.example", ""),
        ("http", "a.example\x00", ""),
        ("http", f"{'a' * 64}.example", ""),
        ("http", ".".join(["a" * 60] * 5), ""),
        ("ftp", "a.example", ""),
        ("javascript", "a.example", ""),
    ],
)
def test_a_host_is_believed_if_a_browser_could_have_sent_it(scheme: str, host: str, wanted: str) -> None:
    assert base_of(scheme, host) == wanted


@pytest.mark.parametrize(
    ("peer", "passed_on", "wanted"),
    [
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("127.0.0.1", ["203.0.113.9", "192.0.2.1"], "192.0.2.1"),  # the first is whatever the client said
        ("127.0.0.1", ["192.0.2.1", "172.17.0.2"], "192.0.2.1"),
        ("127.0.0.1", ["172.17.0.9", "172.17.0.2"], "172.17.0.9"),
        ("127.0.0.1", ["192.0.2.1:40001"], "192.0.2.1"),
        ("127.0.0.1", ["[2001:db8::1]:40001"], "2001:db8::1"),
        ("127.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("127.0.0.1", ["::ffff:192.0.2.1"], "192.0.2.1"),
        ("127.0.0.1", ["192.0.2.1", "unknown"], "127.0.0.1"),
        ("172.17.0.1", ["192.0.2.1", "nonsense", "fd00::1"], "fd00::1"),
    ],
)
def test_a_client_is_whom_the_last_trusted_proxy_saw(peer: str, passed_on: list[str], wanted: str) -> None:
    assert client_of(peer, passed_on, TRUSTED) == wanted


@pytest.fixture
def unnamed(here: World) -> World:
    """A site without a base_url."""
    here.configure(INBOX, feed("streaming", "streaming"), feed("all", "*"), SITE)
    path = here.folder / "config.toml"
    path.write_text(path.read_text().replace('base_url = "https://papers.example.org/"\n', "entries = 2\n"))
    here.drop("first.json", json.dumps(PAPERS).encode())
    here.drop("atom.xml", _atom())
    return here


def _atom() -> bytes:
    entry = f"<entry><id>urn:x:1</id><title>{BARE['title']}</title><summary>See http://localhost:8000/ there.</summary>"
    when = "<updated>2025-09-11T00:00:00Z</updated></entry>"
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><id>urn:x</id>{entry}{when}</feed>'.encode()


@pytest.fixture
async def web(unnamed: World) -> AsyncIterator[Web]:
    async with served(unnamed) as made:
        yield made


def asking(web: Web, peer: str = "127.0.0.1", base: str = HERE, **headers: str) -> httpx.AsyncClient:
    """A client of another address."""
    transport = httpx.ASGITransport(web_app(web.context), raise_app_exceptions=False, client=(peer, 40001))
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.AsyncClient(transport=transport, base_url=base, headers={"Accept-Encoding": "identity", **named})


def addresses(content: bytes, kind: str) -> Iterator[str]:
    """What a feed says of itself and its site."""
    if kind == "json":
        told = json.loads(content)
        yield from (told["feed_url"], told["home_page_url"])
        return
    links = etree.fromstring(content).iter("{http://www.w3.org/2005/Atom}link")
    yield from (str(one.get("href")) for one in links if one.get("rel") in {"self", "prev-archive"})
    yield str(feedparser.parse(content).feed.link)


@pytest.mark.parametrize("kind", ["rss", "atom", "json"])
@pytest.mark.parametrize("path", ["search.{kind}?q=streaming", "feeds/streaming.{kind}", "feeds/streaming/1.{kind}"])
async def test_a_served_feed_is_where_its_reader_found_it(web: Web, path: str, kind: str) -> None:
    for base in (HERE, "https://papers.example.net/"):
        async with asking(web, base=base) as client:
            answer = await client.get("/" + path.replace("{kind}", kind))
        assert answer.status_code == 200
        found = list(addresses(answer.content, kind))
        assert found
        assert all(one.startswith(base) for one in found), found


@pytest.mark.parametrize("kind", ["rss", "atom", "json"])
async def test_an_id_never_depends_on_who_asks_nor_does_a_papers_text(web: Web, kind: str) -> None:
    answers = []
    for base in (HERE, "https://papers.example.net/", "http://localhost:8000/"):
        async with asking(web, base=base) as client:
            answers += [
                (await client.get(f"/{name}")).text
                for name in (f"feeds/streaming.{kind}", f"search.{kind}?q=streaming")
            ]
    written = (web.here.folder / "public" / "feeds" / f"streaming.{kind}").read_text()
    assert answers[-2] == written  # the address that files name
    files, searches = answers[::2], answers[1::2]
    for some in (files, searches):
        assert len({_neutral(one) for one in some}) == 1
        assert len(set(some)) == 3
    assert all("See http://localhost:8000/ there." in one for one in answers)


def _neutral(text: str) -> str:
    for base in (HERE, "https://papers.example.net/", "http://localhost:8000/"):
        text = text.replace(base, "B/")
    return text


async def test_a_paper_without_an_address_leads_to_its_page_here(web: Web) -> None:
    for base in (HERE, "http://other.lan/"):
        async with asking(web, base=base) as client:
            items = json.loads((await client.get("/search.json?q=page")).content)["items"]
        assert [one["url"].startswith(f"{base}papers/") for one in items] == [True]


async def test_copy_buttons_hold_the_address_that_the_page_was_asked_at(web: Web) -> None:
    for base in (HERE, "https://papers.example.net/"):
        async with asking(web, base=base) as client:
            for path in ("/search?q=streaming", "/feeds/streaming.html"):
                page: Any = html.fromstring((await client.get(path)).text)
                shown = page.xpath("//input[@readonly]/@value")
                assert [one.startswith(base) for one in shown] == [True]
            listed = etree.fromstring((await client.get("/feeds.opml")).content).xpath("//outline/@xmlUrl")
            assert [one for one in listed if not str(one).startswith(base)] == []
            assert len(listed) == 2


async def test_files_name_the_address_as_before(web: Web) -> None:
    public = web.here.folder / "public"
    assert "http://localhost:8000/feeds/streaming.rss" in (public / "feeds" / "streaming.rss").read_text()
    assert "http://localhost:8000/feeds/streaming.rss" in (public / "feeds" / "streaming.html").read_text()
    assert "tag:localhost," in (public / "feeds" / "streaming.rss").read_text()


@pytest.mark.parametrize(
    ("peer", "headers", "base"),
    [
        ("127.0.0.1", {"X_Forwarded_Proto": "https"}, "https://round.lan:8000/"),
        ("127.0.0.1", {"X_Forwarded_Host": "papers.example.net"}, "http://papers.example.net/"),
        (
            "127.0.0.1",
            {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "papers.example.net"},
            "https://papers.example.net/",
        ),
        ("127.0.0.1", {"X_Forwarded_Host": "evil.example, papers.example.net"}, "http://papers.example.net/"),
        ("127.0.0.1", {"X_Forwarded_Host": 'x"><script>'}, HERE),
        ("127.0.0.1", {"X_Forwarded_Proto": "javascript"}, HERE),
        ("192.0.2.7", {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "evil.example"}, HERE),
        ("::1", {"X_Forwarded_Host": "evil.example"}, HERE),
        ("::ffff:127.0.0.1", {"X_Forwarded_Host": "papers.example.net"}, "http://papers.example.net/"),
        ("192.0.2.7", {"Host": 'x"><script>'}, "http://localhost:8000/"),
    ],
)
async def test_what_a_proxy_says_counts_from_a_trusted_one_alone(
    web: Web, peer: str, headers: dict[str, str], base: str
) -> None:
    async with asking(web, peer, **headers) as client:
        page: Any = html.fromstring((await client.get("/search?q=streaming")).text)
    assert page.xpath("//input[@readonly]/@value")[0] == f"{base}search.rss?q=streaming"


async def test_clients_behind_a_proxy_have_a_share_each_and_others_cannot_pose_as_many(web: Web) -> None:
    web.context.limits = Limits(per_second=0.01, burst=1)
    wanted = {"127.0.0.1": [200, 200, 200], "192.0.2.7": [200, 429, 429]}
    for peer, codes in wanted.items():
        found = []
        for number in range(3):
            async with asking(web, peer, X_Forwarded_For=f"198.51.100.{number}") as client:
                found.append((await client.get(f"/search?q=word{peer[:3]}{number}")).status_code)
        assert found == codes


async def test_made_up_hosts_are_charged_for(web: Web) -> None:
    web.context.limits = Limits(per_second=0.01, burst=3)
    for path in ("/feeds/streaming.rss", "/feeds/streaming.html", "/feeds.opml"):
        codes = []
        for number in range(5):
            async with asking(web, f"192.0.2.{len(path)}", f"http://h{number}.example/") as client:
                codes.append((await client.get(path)).status_code)
        assert codes == [200, 200, 200, 429, 429], path


async def test_a_named_address_counts_whatever_is_asked(here: World) -> None:
    here.configure(INBOX, feed("streaming", "streaming"), SITE)
    here.drop("first.json", json.dumps(PAPERS).encode())
    async with served(here) as web, asking(web, X_Forwarded_Host="other.example") as client:
        for path in ("/search?q=streaming", "/feeds/streaming.html"):
            page: Any = html.fromstring((await client.get(path)).text)
            assert page.xpath("//input[@readonly]/@value")[0].startswith("https://papers.example.org/")
        for name in ("feeds/streaming.rss", "feeds/streaming.json", "feeds.opml"):
            assert (await client.get(f"/{name}")).content == (here.folder / "public" / name).read_bytes()


async def test_a_feed_asked_at_another_address_is_kept_and_gives_304_until_it_changes(web: Web) -> None:
    async with asking(web) as client:
        first = await client.get("/feeds/streaming.rss")
        again = await client.get("/feeds/streaming.rss", headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304
        web.drop("more.json", item("2511.00001", "Streaming hatchlings", "Of them.", date(2025, 9, 12)))
        await web.round()
        newer = await client.get("/feeds/streaming.rss", headers={"If-None-Match": first.headers["etag"]})
        assert newer.status_code == 200
        assert "Streaming hatchlings" in newer.text
        assert (await client.get("/feeds/nothing.rss")).status_code == 404
        assert (await client.get("/feeds/streaming/99.rss")).status_code == 404


@pytest.mark.parametrize("value", ["nginx", "10.0.0.0/33", "*", "300.1.1.1", ""])
def test_what_is_no_address_or_network_is_told(here: World, value: str) -> None:
    here.configure(f'[web]\ntrusted_proxies = ["127.0.0.1", "{value}"]\n')
    with pytest.raises(ConfigError, match=r"web\.trusted_proxies\[1\]: .* is no address or network; write 127"):
        load(here.folder / "config.toml")


@pytest.mark.parametrize("value", ["172.16.0.0/12", "172.17.0.1/12", "::1", "fd00::/8", "10.1.2.3"])
def test_addresses_and_networks_can_be_trusted(here: World, value: str) -> None:
    here.configure(f'[web]\ntrusted_proxies = ["{value}"]\n')
    assert len(load(here.folder / "config.toml").settings.web.trusted_proxies) == 1


def test_the_example_names_no_address() -> None:
    assert not load(ROOT / "config.example.toml").settings.publish.names_its_address


@pytest.fixture
async def below(here: World) -> AsyncIterator[Web]:
    here.configure(INBOX, feed("streaming", "streaming"), SITE, site="https://lab.example.org/our%20round/")
    here.drop("first.json", json.dumps(PAPERS).encode())
    async with served(here) as made:
        yield made


@pytest.mark.parametrize(
    "path", ["/", "/search?q=streaming", "/feeds/streaming.rss", "/papers/2510.00001.html", "/healthz", "/style.css"]
)
async def test_a_site_below_a_path_is_answered_with_it_and_without(below: Web, path: str) -> None:
    plain, spelled = await below.get(path), await below.get(f"/our%20round{path}")
    assert (plain.status_code, plain.content) == (200, spelled.content)


async def test_the_path_alone_leads_to_where_its_links_are_right(below: Web) -> None:
    answer = await below.get("/our%20round")
    assert (answer.status_code, answer.headers["location"]) == (308, "/our%20round/")
    assert (await below.get("/our%20rounds/search")).status_code == 404
    assert (await below.get("/our%20round/our%20round/")).status_code == 404


@pytest.mark.parametrize("name", ["feeds", "papers"])
async def test_a_path_that_begins_as_our_own_do_is_the_proxys_to_take_off(here: World, name: str) -> None:
    here.configure(INBOX, feed("streaming", "streaming"), SITE, site=f"https://lab.example.org/{name}/")
    here.drop("first.json", json.dumps(PAPERS).encode())
    async with served(here) as web:
        for ours in ("/feeds/streaming.rss", "/papers/2510.00001.html"):
            assert (await web.get(ours)).status_code == 200
