"""Every client of ours by the one way out: sources, Telegram, Slack, webhooks, the hub; through real proxies."""

from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from bot.fetch import Fetcher, FetchError
from bot.rules.way_out import WayOut
from tests.fakes.feed import FakeFeed
from tests.fakes.hub import FakeHub
from tests.fakes.proxy import FakeProxy, FakeSocks
from tests.fakes.webhook import PATH, SECRET, FakeWebhook
from tests.world import World, alert, feed

HOSTS = ("feeds.example.org", "telegram.example.org", "slack.example.org", "hook.example.org", "hub.example.org")

EVERYTHING = (
    '[[sources]]\nname = "lab"\nkind = "feed"\nurl = "{scheme}://feeds.example.org/feed/"\n'
    + feed("all", "*")
    + alert("all", "*", "telegram:@papers", "slack:#papers", "slack-webhook:lab", "webhook:mine")
    + '[slack.webhooks.lab]\nurl_env = "LAB"\n[webhooks.mine]\nurl_env = "MINE"\nsecret_env = "SIGN"\n'
)


class Net:
    """Servers behind names that nobody but the proxies knows."""

    def __init__(self, here: World, stack: ExitStack) -> None:
        self.here = here
        self.feed, self.hub = stack.enter_context(FakeFeed()), stack.enter_context(FakeHub())
        self.hook = stack.enter_context(FakeWebhook())
        servers = (self.feed.url, here.telegram.url, here.slack.url, self.hook.url, self.hub.url)
        ports = {host: urlsplit(url).port or 0 for host, url in zip(HOSTS, servers, strict=True)}
        self.proxy = stack.enter_context(FakeProxy(ports))
        self.socks = stack.enter_context(FakeSocks(ports, login="me:secret"))

    def configure(self, scheme: str = "http", proxy: str = "") -> None:
        self.here.configure(EVERYTHING.replace("{scheme}", scheme), f'[fetch]\nproxy = "{proxy}"\n' if proxy else "")
        path = self.here.folder / "config.toml"
        text = path.read_text().replace(self.here.telegram.url, f"{scheme}://telegram.example.org")
        text = text.replace(self.here.slack.api_url, f"{scheme}://slack.example.org/api/")
        hub = f'"https://papers.example.org/"\nhub = "{scheme}://hub.example.org/hub"'
        path.write_text(text.replace('"https://papers.example.org/"', hub))

    def once(self, scheme: str = "http", **environment: str) -> "tuple[int, str]":
        secrets = {
            "LAB": f"{scheme}://slack.example.org/services/lab",
            "MINE": f"{scheme}://hook.example.org{PATH}",
            "SIGN": SECRET,
        }
        nothing = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "no_proxy"), "")
        given = {name: value for name, value in nothing.items() if name.upper() not in environment}
        done = self.here.run("once", "--wait", "3s", **{**given, **secrets, **environment})
        assert "Traceback" not in done.stderr, done.stderr
        assert "secret" not in done.stderr + done.stdout
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def net(here: World) -> Iterator[Net]:
    with ExitStack() as stack:
        yield Net(here, stack)


def sent(net: Net) -> list[int]:
    return [len(net.here.telegram.messages), len(net.here.slack.messages), len(net.hook.messages)]


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "fetch.proxy"])
def test_everything_goes_by_the_http_proxy(net: Net, name: str) -> None:
    net.configure(proxy=net.proxy.url if "." in name else "")
    code, said = net.once(**({} if "." in name else {name: net.proxy.url}))
    assert code == 0, said
    assert sent(net) == [1, 2, 1]
    asked = {urlsplit(line.split(" ")[1]).hostname for line in net.proxy.seen}
    assert asked == set(HOSTS)


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_everything_goes_by_the_socks_proxy_which_looks_names_up(net: Net, scheme: str) -> None:
    net.configure()
    code, said = net.once(ALL_PROXY=net.socks.url.replace("socks5", scheme))
    assert code == 0, said
    assert sent(net) == [1, 2, 1]
    assert {line.partition(":")[0] for line in net.socks.seen} == set(HOSTS)


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "fetch.proxy"])
def test_https_is_a_tunnel_for_all_of_them(net: Net, name: str) -> None:
    net.configure("https", proxy=net.proxy.url if "." in name else "")
    net.proxy.names.clear()
    code, said = net.once("https", **({} if "." in name else {name: net.proxy.url}))
    assert code == 1
    assert {"CONNECT feeds.example.org:443"} == {line for line in net.proxy.seen if "feeds" in line}
    assert "502" in said


def test_a_message_by_https_asks_the_proxy_for_a_tunnel(net: Net) -> None:
    net.configure("https")
    path = net.here.folder / "config.toml"
    path.write_text(path.read_text().replace("https://feeds.example.org", net.feed.url))
    del net.proxy.names["slack.example.org"]
    code, said = net.once("https", HTTPS_PROXY=net.proxy.url)
    assert code == 1, said
    tunnels = {line for line in net.proxy.seen if line.startswith("CONNECT")}
    assert {f"CONNECT {host}:443" for host in HOSTS[1:]} <= tunnels
    assert "UNSENT" in said
    assert not any(line.startswith("PARKED") for line in said.splitlines())


def test_no_proxy_and_this_machine_count_for_all(here: World) -> None:
    with FakeProxy({}) as proxy, FakeFeed() as source, FakeWebhook() as hook:
        here.configure(EVERYTHING.replace("{scheme}://feeds.example.org", source.url))
        secrets = {"LAB": f"{here.slack.url}/services/lab", "MINE": hook.address, "SIGN": SECRET}
        done = here.run("once", ALL_PROXY=proxy.url, HTTP_PROXY=proxy.url, NO_PROXY="localhost,fe80::/10", **secrets)
        assert done.returncode == 0, done.stderr + done.stdout
        assert [len(here.telegram.messages), len(here.slack.messages), len(hook.messages)] == [1, 2, 1]
        assert proxy.seen == []


def test_a_proxy_that_is_not_there_is_told_and_nothing_parks(net: Net) -> None:
    net.configure()
    code, said = net.once(ALL_PROXY="socks5://127.0.0.1:9")
    assert code == 1
    assert "127.0.0.1:9" in said
    assert sent(net) == [0, 0, 0]


@pytest.mark.parametrize("wrong", ["ftp://proxy.example.org:1", "http://proxy.example.org:x", "socks4://127.0.0.1:9"])
def test_a_wrong_proxy_stops_what_would_use_it_alone(net: Net, wrong: str) -> None:
    net.configure()
    path = net.here.folder / "config.toml"
    path.write_text(path.read_text().replace("http://feeds.example.org", net.feed.url))
    code, said = net.once(ALL_PROXY=wrong, NO_PROXY="slack.example.org")
    assert code == 1
    assert "FAILED telegram: cannot be opened: ALL_PROXY" in said
    assert "FAILED webhook: cannot be opened: ALL_PROXY" in said
    assert "FAILED source" not in said
    assert (net.here.folder / "public" / "feeds" / "all.rss").is_file()


# -- the guard ---------------------------------------------------------------------------------------------------------


async def fetched(net: Net, way: str, target: str, *addresses: str) -> bytes:
    """What a redirect from a configured server to `target` brings, where names have these addresses."""
    net.feed.moved_to = target

    async def resolve(host: str, port: int) -> list[str]:
        return list(addresses)

    url = "http://feeds.example.org/moved"
    fetcher = Fetcher("", [url], WayOut.of(way, {}), timeout=5, resolve=resolve)
    try:
        return (await fetcher.get(url)).body
    finally:
        await fetcher.aclose()


@pytest.mark.parametrize(
    ("target", "addresses"),
    [
        ("http://127.0.0.1/", ["127.0.0.1"]),
        ("http://10.0.0.7/", ["10.0.0.7"]),
        ("http://[fd00::1]/", ["fd00::1"]),
        ("http://inside.example.org/", ["10.0.0.7"]),
        ("http://inside.example.org/", ["93.184.216.34", "10.0.0.7"]),
        ("https://inside.example.org/", ["10.0.0.7"]),
        ("http://inside.example.org/", []),
        ("http://inside.example.org:8080/", ["93.184.216.34"]),
    ],
)
@pytest.mark.parametrize("kind", ["proxy", "socks"])
async def test_no_server_but_a_configured_one_is_reached_inside_the_proxys_network(
    net: Net, kind: str, target: str, addresses: list[str]
) -> None:
    through = net.proxy if kind == "proxy" else net.socks
    through.names |= {"inside.example.org": urlsplit(net.hook.url).port or 0, "10.0.0.7": 9, "127.0.0.1": 9}
    with pytest.raises(FetchError):
        await fetched(net, through.url, target, *addresses)
    assert len(through.seen) == 1
    assert "feeds.example.org" in through.seen[0]


@pytest.mark.parametrize("kind", ["proxy", "socks"])
async def test_a_public_server_is_asked_for_by_the_address_that_was_judged(net: Net, kind: str) -> None:
    through = net.proxy if kind == "proxy" else net.socks
    through.names["93.184.216.34"] = urlsplit(net.feed.url).port or 0
    assert b"<rss" in await fetched(net, through.url, "http://elsewhere.example.org/feed/", "93.184.216.34")
    assert "93.184.216.34" in through.seen[-1]


async def test_over_an_http_proxy_a_public_https_server_is_asked_for_by_name(net: Net) -> None:
    with pytest.raises(FetchError, match="proxy"):
        await fetched(net, net.proxy.url, "https://elsewhere.example.org/feed/", "93.184.216.34")
    assert net.proxy.seen[-1] == "CONNECT elsewhere.example.org:443"
